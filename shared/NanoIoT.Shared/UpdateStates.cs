namespace NanoIoT.Shared
{
    /// <summary>States a board reports of an update (field <c>state</c> of a progress report).</summary>
    public static partial class UpdateStates
    {
        /// <summary>The board will take the update.</summary>
        public const string Accepted = "accepted";

        /// <summary>The board will not take the update; the reason says why.</summary>
        public const string Rejected = "rejected";

        /// <summary>The download began after the board's spread.</summary>
        public const string Downloading = "downloading";

        /// <summary>The image is whole in the other slot and marked for a trial.</summary>
        public const string Staged = "staged";

        /// <summary>The new firmware runs on trial.</summary>
        public const string Testing = "testing";

        /// <summary>The new firmware confirmed itself.</summary>
        public const string Succeeded = "succeeded";

        /// <summary>The update failed before the new firmware ran.</summary>
        public const string Failed = "failed";

        /// <summary>The new firmware did not confirm itself; the old version runs again.</summary>
        public const string RolledBack = "rolledBack";
    }
}
