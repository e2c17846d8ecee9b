using NanoIoT.Device.Ota;
using NanoIoT.Device.Security;

namespace NanoIoT.Device.Provisioning
{
    /// <summary>Who the board is and what it trusts. Set before the agent starts, and not after.</summary>
    public sealed class AgentSettings
    {
        // Fields: a board pays for each property with a hundred bytes of flash.

        /// <summary>The thing's name, which is also the MQTT client id.</summary>
        public string ThingName = string.Empty;

        /// <summary>The hardware profile, e.g. <c>ESP32_S3</c>.</summary>
        public string Profile = string.Empty;

        /// <summary>The component that updates replace.</summary>
        public string Component = "app";

        /// <summary>The running application's version (Semantic Versioning).</summary>
        public string FirmwareVersion = string.Empty;

        /// <summary>The running nanoCLR's version (Semantic Versioning); null for what the board says of itself.</summary>
        public string? ClrVersion;

        /// <summary>The resident loader's version, on boards that update by files; else null.</summary>
        public string? LoaderVersion;

        /// <summary>The application's say in when updates happen, or null where any time is right.</summary>
        public UpdatePolicy? Policy;

        /// <summary>
        /// Whether MQTT is let go while a download runs, for boards whose RAM does not hold two TLS sessions (an ESP32
        /// without PSRAM: some 40 KB each).
        /// </summary>
        public bool LowMemory;

        /// <summary>In low-memory mode: seconds of download between two looks at MQTT, where the cloud pauses or cancels.</summary>
        public int DownloadSliceSeconds = 120;

        /// <summary>Why the board booted, for the shadow.</summary>
        public string BootReason = "power";

        /// <summary>The keys whose manifests the board installs.</summary>
        public TrustedKey[] TrustedKeys = new TrustedKey[0];

        /// <summary>MQTT keep-alive in seconds, 30 to 1,200 (AWS IoT's range).</summary>
        public int KeepAliveSeconds = 60;

        /// <summary>First wait after a lost connection or failed download, in milliseconds; doubles up to <see cref="MaxBackOffMilliseconds"/>.</summary>
        public int MinBackOffMilliseconds = 1000;

        /// <summary>Longest wait between attempts, in milliseconds.</summary>
        public int MaxBackOffMilliseconds = 300000;

        /// <summary>
        /// Download attempts without progress before the update fails. Attempts that find the server down (no connection, a connection
        /// that breaks, HTTP 408, 429 and 5xx) do not count: <see cref="DownloadTimeoutSeconds"/> limits them.
        /// </summary>
        public int MaxDownloadAttempts = 6;

        /// <summary>How long the download server may be down before the update fails, in seconds since the first failure after progress.</summary>
        public int DownloadTimeoutSeconds = 86400;

        /// <summary>Updates to one image that may fail before the board refuses it.</summary>
        public int MaxUpdateAttempts = 3;

        /// <summary>How long new firmware may take to be connected and healthy, in seconds.</summary>
        public int TrialSeconds = 180;

        /// <summary>Seconds between telemetry batches until the shadow says otherwise.</summary>
        public int TelemetrySeconds = 60;

        /// <summary>Whether the application wants the classic shadow's desired state.</summary>
        public bool UseClassicShadow;
    }
}
