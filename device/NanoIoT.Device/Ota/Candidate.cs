using NanoIoT.Shared;

namespace NanoIoT.Device.Ota
{
    /// <summary>An announcement with its manifest, read but not verified.</summary>
    internal sealed class Candidate
    {
        public readonly string Topic;
        public readonly Announcement Announcement;
        public readonly Manifest Manifest;

        /// <summary>Digest of the manifest: which image.</summary>
        public readonly string ImageId;

        /// <summary>Digest of manifest, signature and key id: which image as signed by whom.</summary>
        public readonly string SignedId;

        public readonly SemanticVersion Version;

        public Candidate(string topic, Announcement announcement, Manifest manifest, string imageId, string signedId)
        {
            Topic = topic;
            Announcement = announcement;
            Manifest = manifest;
            ImageId = imageId;
            SignedId = signedId;
            Version = SemanticVersion.Parse(manifest.Version)!;
        }

        public bool IsBetterThan(Candidate other)
        {
            int rank = Topics.OtaSpecificity(Topic);
            int otherRank = Topics.OtaSpecificity(other.Topic);
            return rank != otherRank ? rank > otherRank : Version.CompareTo(other.Version) > 0;
        }
    }
}
