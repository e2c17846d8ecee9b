namespace NanoIoT.Shared
{
    /// <summary>States of a campaign as an announcement carries them.</summary>
    public static class CampaignStates
    {
        /// <summary>Boards that pass the gate go.</summary>
        public const string Active = "active";

        /// <summary>No board begins; what is under way waits at its next chunk.</summary>
        public const string Paused = "paused";

        /// <summary>Boards that have not staged the image give up.</summary>
        public const string Canceled = "canceled";
    }
}
