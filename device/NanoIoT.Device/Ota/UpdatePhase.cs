namespace NanoIoT.Device.Ota
{
    /// <summary>Where an update is, as the journal keeps it over power cuts. The numbers are stored: never change one.</summary>
    internal enum UpdatePhase
    {
        /// <summary>No update.</summary>
        Idle = 0,

        /// <summary>Accepted: waiting for its spread, downloading, or waiting to try again.</summary>
        Downloading = 1,

        /// <summary>All bytes are written; the slot is being told to mark them for a trial.</summary>
        Completing = 2,

        /// <summary>Marked for a trial; the reboot is to come or has come.</summary>
        Staged = 3,

        /// <summary>The new firmware has started its trial.</summary>
        Testing = 4,
    }
}
