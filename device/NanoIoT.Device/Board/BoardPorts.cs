namespace NanoIoT.Device.Board
{
    /// <summary>Everything the core asks of a board.</summary>
    public sealed class BoardPorts
    {
        /// <summary>Creates the set.</summary>
        /// <param name="clock">Time.</param>
        /// <param name="network">The MQTT connection.</param>
        /// <param name="download">HTTP(S) downloads.</param>
        /// <param name="firmware">The update slot.</param>
        /// <param name="journal">Two durable records.</param>
        /// <param name="system">The rest.</param>
        public BoardPorts(IClockPort clock, INetworkPort network, IDownloadPort download, IFirmwarePort firmware, IJournalPort journal, ISystemPort system)
        {
            Clock = clock;
            Network = network;
            Download = download;
            Firmware = firmware;
            Journal = journal;
            System = system;
        }

        /// <summary>Time.</summary>
        public IClockPort Clock { get; }

        /// <summary>The MQTT connection.</summary>
        public INetworkPort Network { get; }

        /// <summary>HTTP(S) downloads.</summary>
        public IDownloadPort Download { get; }

        /// <summary>The update slot.</summary>
        public IFirmwarePort Firmware { get; }

        /// <summary>Two durable records.</summary>
        public IJournalPort Journal { get; }

        /// <summary>The rest.</summary>
        public ISystemPort System { get; }
    }
}
