namespace NanoIoT.Shared
{
    /// <summary>An announcement with its topic and its manifest, read but not verified.</summary>
    public sealed class Candidate
    {
        // Fields: a board pays for each property with a hundred bytes of flash.

        /// <summary>The topic it was heard on.</summary>
        public readonly string Topic;

        /// <summary>The announcement.</summary>
        public readonly Announcement Announcement;

        /// <summary>Its manifest.</summary>
        public readonly Manifest Manifest;

        /// <summary>Digest of the manifest: which image.</summary>
        public readonly string ImageId;

        /// <summary>Digest of manifest, signature and key id: it identifies the image and its signer.</summary>
        public readonly string SignedId;

        /// <summary>The manifest's version.</summary>
        public readonly SemanticVersion Version;

        /// <summary>Creates a candidate.</summary>
        /// <param name="topic">The topic it was heard on.</param>
        /// <param name="announcement">The announcement.</param>
        /// <param name="manifest">Its manifest.</param>
        /// <param name="imageId">Digest of the manifest.</param>
        /// <param name="signedId">Digest of manifest, signature and key id.</param>
        public Candidate(string topic, Announcement announcement, Manifest manifest, string imageId, string signedId)
        {
            Topic = topic;
            Announcement = announcement;
            Manifest = manifest;
            ImageId = imageId;
            SignedId = signedId;
            Version = SemanticVersion.Parse(manifest.Version)!;
        }

        /// <summary>
        /// Whether this one counts before another, where the gates of both admit the board: the more specific topic first, then the
        /// higher version. See "Which announcement counts" in the README of <c>shared/</c>.
        /// </summary>
        /// <param name="other">The other announcement.</param>
        /// <returns>True where this one counts first.</returns>
        public bool IsBetterThan(Candidate other)
        {
            int rank = Topics.OtaSpecificity(Topic) - Topics.OtaSpecificity(other.Topic);
            return rank > 0 || (rank == 0 && Version.CompareTo(other.Version) > 0);
        }
    }
}
