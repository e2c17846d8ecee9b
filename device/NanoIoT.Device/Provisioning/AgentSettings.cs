using NanoIoT.Device.Security;

namespace NanoIoT.Device.Provisioning
{
    /// <summary>Who the board is and what it trusts. Set before the agent starts, and not after.</summary>
    public sealed class AgentSettings
    {
        /// <summary>The thing's name, which is also the MQTT client id.</summary>
        public string ThingName { get; set; } = string.Empty;

        /// <summary>The hardware profile, e.g. <c>ESP32_S3</c>.</summary>
        public string Profile { get; set; } = string.Empty;

        /// <summary>The component that updates replace.</summary>
        public string Component { get; set; } = "app";

        /// <summary>The running application's version (Semantic Versioning).</summary>
        public string FirmwareVersion { get; set; } = string.Empty;

        /// <summary>The running nanoCLR's version (Semantic Versioning), or null where it is not known.</summary>
        public string? ClrVersion { get; set; }

        /// <summary>Why the board booted, for the shadow.</summary>
        public string BootReason { get; set; } = "power";

        /// <summary>The keys whose manifests the board installs.</summary>
        public TrustedKey[] TrustedKeys { get; set; } = new TrustedKey[0];

        /// <summary>MQTT keep-alive in seconds, 30 to 1,200 (AWS IoT's range).</summary>
        public int KeepAliveSeconds { get; set; } = 60;

        /// <summary>First wait after a lost connection or failed download, in milliseconds; doubles up to <see cref="MaxBackOffMilliseconds"/>.</summary>
        public int MinBackOffMilliseconds { get; set; } = 1000;

        /// <summary>Longest wait between attempts, in milliseconds.</summary>
        public int MaxBackOffMilliseconds { get; set; } = 300000;

        /// <summary>Download attempts without a byte of progress before the update fails.</summary>
        public int MaxDownloadAttempts { get; set; } = 6;

        /// <summary>Updates to one image that may fail before the board refuses it.</summary>
        public int MaxUpdateAttempts { get; set; } = 3;

        /// <summary>How long new firmware may take to be connected and healthy, in seconds.</summary>
        public int TrialSeconds { get; set; } = 180;

        /// <summary>Seconds between telemetry batches until the shadow says otherwise.</summary>
        public int TelemetrySeconds { get; set; } = 60;

        /// <summary>Whether the application wants the classic shadow's desired state.</summary>
        public bool UseClassicShadow { get; set; }
    }
}
