using System;

namespace NanoIoT.Shared
{
    /// <summary>
    /// A board's own place in a campaign: which ten-thousandth of the fleet it is, and how far into the spread it starts.
    /// FNV-1a over salt and name with MurmurHash3's 64-bit finalizer; the same answer on the board and in the cloud.
    /// </summary>
    public static class GateHash
    {
        /// <summary>The board's place, evenly spread over names and independent between salts.</summary>
        /// <param name="salt">The campaign's salt.</param>
        /// <param name="thing">The thing's name.</param>
        /// <returns>0 to 9,999; the board may go when this is lower than the gate's permyriad.</returns>
        public static int Permyriad(string salt, string thing) => Scale(Hash(salt, thing, 'g'), Contract.WholeFleetPermyriad);

        /// <summary>Whether a gate admits a place.</summary>
        /// <param name="gate">The gate, 0 to 10,000 ten-thousandths.</param>
        /// <param name="place">The place, 0 to 9,999.</param>
        /// <returns>True where the place is below the gate.</returns>
        public static bool Admits(int gate, int place) => place < gate;

        /// <summary>How long the board waits after it passed the gate.</summary>
        /// <param name="salt">The campaign's salt.</param>
        /// <param name="thing">The thing's name.</param>
        /// <param name="spreadSeconds">The gate's spread in seconds; 0 or less means no wait.</param>
        /// <returns>0 to spreadSeconds - 1.</returns>
        public static int SpreadSeconds(string salt, string thing, int spreadSeconds) =>
            spreadSeconds <= 1 ? 0 : Scale(Hash(salt, thing, 's'), spreadSeconds);

        private static int Scale(ulong hash, int range) => (int)(((hash >> 32) * (ulong)range) >> 32);

        private static ulong Hash(string salt, string thing, char purpose)
        {
            ulong hash = 14695981039346656037UL;
            hash = Add(hash, salt);
            hash = (hash ^ purpose) * 1099511628211UL;
            hash = Add(hash, thing);
            hash ^= hash >> 33;
            hash *= 0xff51afd7ed558ccdUL;
            hash ^= hash >> 33;
            hash *= 0xc4ceb9fe1a85ec53UL;
            return hash ^ (hash >> 33);
        }

        private static ulong Add(ulong hash, string text)
        {
            for (int i = 0; i < text.Length; i++)
            {
                hash = (hash ^ text[i]) * 1099511628211UL;
            }

            return (hash ^ 0xffUL) * 1099511628211UL;
        }
    }
}
