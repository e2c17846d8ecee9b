using System.Text;

namespace NanoIoT.Shared
{
    /// <summary>Numbers both ends of the wire agree on.</summary>
    public static class Contract
    {
        /// <summary>The version of announcements, manifests and reports that this code writes and understands (field <c>v</c>).</summary>
        public const int Version = 1;

        /// <summary>Longest announcement a board reads, in bytes. A longer one is refused unread.</summary>
        public const int MaxAnnouncementBytes = 8192;

        /// <summary>Longest manifest inside an announcement, in bytes.</summary>
        public const int MaxManifestBytes = 4096;

        /// <summary>Longest report the cloud reads, in bytes.</summary>
        public const int MaxReportBytes = 2048;

        /// <summary>Deepest nesting of JSON that is read from the wire.</summary>
        public const int MaxJsonDepth = 8;

        /// <summary>Share of a gate that lets every board through, in ten-thousandths.</summary>
        public const int WholeFleetPermyriad = 10000;

        /// <summary>Bytes of one HMAC-SHA-256 digest.</summary>
        public const int DigestBytes = 32;

        /// <summary>Default bytes of a chunk: one flash page of most boards and one read of a TLS record and a bit.</summary>
        public const int DefaultChunkBytes = 4096;

        /// <summary>Largest chunk a manifest may ask a board to hold in RAM, in bytes.</summary>
        public const int MaxChunkBytes = 8192;

        /// <summary>The last second of the year 9999: later times are mistakes.</summary>
        public const long MaxUnixSeconds = 253402300799L;

        /// <summary>Longest thing, group, region or component name, in characters (AWS IoT's limit for thing names).</summary>
        public const int MaxNameLength = 128;

        /// <summary>
        /// The public key of every chunk digest. HMAC under a known key is as collision-resistant as SHA-256 and is
        /// native on the board, where SHA-256 is not.
        /// </summary>
        /// <returns>A new array of 32 bytes.</returns>
        public static byte[] GetDigestKey() => Encoding.UTF8.GetBytes("nanoIoT chunk digest, version 1.");

        /// <summary>Whether a name may stand for a thing, group, region or component: 1 to 128 of <c>[a-zA-Z0-9:_-]</c>.</summary>
        /// <param name="name">The name, or null.</param>
        /// <returns>True where it may.</returns>
        public static bool IsValidName(string? name)
        {
            if (name == null || name.Length == 0 || name.Length > MaxNameLength)
            {
                return false;
            }

            for (int i = 0; i < name.Length; i++)
            {
                char c = name[i];
                bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '_' || c == '-';
                if (!allowed)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
