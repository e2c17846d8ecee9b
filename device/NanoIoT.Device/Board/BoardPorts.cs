namespace NanoIoT.Device.Board
{
    /// <summary>Everything the core asks of a board.</summary>
    public sealed class BoardPorts
    {
        /// <summary>Creates the set.</summary>
        /// <param name="clock">Time.</param>
        /// <param name="network">The MQTT connection.</param>
        /// <param name="download">HTTP(S) downloads.</param>
        /// <param name="firmware">The application's update slot.</param>
        /// <param name="journal">Two durable records.</param>
        /// <param name="system">The rest.</param>
        /// <param name="clrFirmware">The nanoCLR's update slot, or null where it cannot be updated.</param>
        public BoardPorts(IClockPort clock, INetworkPort network, IDownloadPort download, IFirmwarePort firmware, IJournalPort journal, ISystemPort system, IFirmwarePort? clrFirmware)
        {
            Clock = clock;
            Network = network;
            Download = download;
            Firmware = firmware;
            Journal = journal;
            System = system;
            ClrFirmware = clrFirmware;
        }

        // Fields: a board pays for each property with a hundred bytes of flash.

        /// <summary>Time.</summary>
        public readonly IClockPort Clock;

        /// <summary>The MQTT connection.</summary>
        public readonly INetworkPort Network;

        /// <summary>HTTP(S) downloads.</summary>
        public readonly IDownloadPort Download;

        /// <summary>The application's update slot.</summary>
        public readonly IFirmwarePort Firmware;

        /// <summary>Two durable records.</summary>
        public readonly IJournalPort Journal;

        /// <summary>The rest.</summary>
        public readonly ISystemPort System;

        /// <summary>The nanoCLR's update slot, or null.</summary>
        public readonly IFirmwarePort? ClrFirmware;
    }
}
