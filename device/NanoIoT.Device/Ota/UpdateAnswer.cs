namespace NanoIoT.Device.Ota
{
    /// <summary>What an <see cref="UpdatePolicy"/> answers.</summary>
    public enum UpdateAnswer
    {
        /// <summary>Go on.</summary>
        Now,

        /// <summary>Ask again later.</summary>
        Later,

        /// <summary>Not this update: the board rejects it. Before a reboot, when it is too late for that, as <see cref="Later"/>.</summary>
        Never,
    }
}
