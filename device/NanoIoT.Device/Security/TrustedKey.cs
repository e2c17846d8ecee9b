namespace NanoIoT.Device.Security
{
    /// <summary>A key whose manifests the board installs.</summary>
    public sealed class TrustedKey
    {
        /// <summary>Creates the key.</summary>
        /// <param name="id">Its id, as announcements name it.</param>
        /// <param name="publicKey">The P-256 point, uncompressed: 04, x, y (65 bytes).</param>
        public TrustedKey(string id, byte[] publicKey)
        {
            Id = id;
            PublicKey = publicKey;
        }

        /// <summary>The key's id.</summary>
        public readonly string Id;

        /// <summary>The P-256 point, uncompressed (65 bytes).</summary>
        public readonly byte[] PublicKey;
    }
}
