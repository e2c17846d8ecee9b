namespace NanoIoT.Shared
{
    /// <content>What only the cloud asks.</content>
    public static partial class UpdateStates
    {
        /// <summary>Whether nothing follows this state for this campaign.</summary>
        /// <param name="state">The state.</param>
        /// <returns>True for succeeded, failed, rejected and rolledBack.</returns>
        public static bool IsFinal(string state) =>
            state == Succeeded || state == Failed || state == Rejected || state == RolledBack;

        /// <summary>Whether the word is a state of the contract.</summary>
        /// <param name="state">The word.</param>
        /// <returns>True where it is.</returns>
        public static bool IsKnown(string? state) =>
            state == Accepted || state == Downloading || state == Staged || state == Testing || (state != null && IsFinal(state));
    }
}
