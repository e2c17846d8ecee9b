using NanoIoT.Shared;

namespace NanoIoT.Device.Ota
{
    /// <summary>An announcement with its manifest, read but not verified.</summary>
    internal sealed class Candidate
    {
        public Candidate(string topic, Announcement announcement, Manifest manifest, string imageId, string signedId)
        {
            Topic = topic;
            Announcement = announcement;
            Manifest = manifest;
            ImageId = imageId;
            SignedId = signedId;
            Version = SemanticVersion.Parse(manifest.Version)!;
        }

        public string Topic { get; }

        public Announcement Announcement { get; }

        public Manifest Manifest { get; }

        /// <summary>Digest of the manifest: which image.</summary>
        public string ImageId { get; }

        /// <summary>Digest of manifest, signature and key id: which image as signed by whom.</summary>
        public string SignedId { get; }

        public SemanticVersion Version { get; }

        public bool IsBetterThan(Candidate other)
        {
            int rank = Topics.OtaSpecificity(Topic);
            int otherRank = Topics.OtaSpecificity(other.Topic);
            return rank != otherRank ? rank > otherRank : Version.CompareTo(other.Version) > 0;
        }
    }
}
