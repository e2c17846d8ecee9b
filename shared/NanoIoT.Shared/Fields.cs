namespace NanoIoT.Shared
{
    /// <summary>The name of every JSON field of the contract.</summary>
    public static class Fields
    {
#pragma warning disable CS1591 // The names say what they are; the messages' types document them.
        public const string Version = "v";
        public const string Campaign = "campaign";
        public const string Revision = "revision";
        public const string State = "state";
        public const string Manifest = "manifest";
        public const string Signature = "signature";
        public const string KeyId = "keyId";
        public const string Url = "url";
        public const string UrlExpires = "urlExpires";
        public const string Gate = "gate";
        public const string Permyriad = "permyriad";
        public const string Salt = "salt";
        public const string SpreadSeconds = "spreadSeconds";
        public const string NotBefore = "notBefore";
        public const string NotAfter = "notAfter";

        public const string Component = "component";
        public const string FirmwareVersion = "version";
        public const string Kind = "kind";
        public const string Size = "size";
        public const string Sha256 = "sha256";
        public const string ChunkSize = "chunkSize";
        public const string Digests = "digests";
        public const string Hmac = "hmac";
        public const string Offset = "offset";
        public const string Profiles = "profiles";
        public const string Requires = "requires";
        public const string MinVersion = "minVersion";
        public const string MinClr = "minClr";
        public const string RollbackIndex = "rollbackIndex";

        public const string Sequence = "seq";
        public const string From = "from";
        public const string To = "to";
        public const string Reason = "reason";
        public const string Detail = "detail";
        public const string Bytes = "bytes";
        public const string Copied = "copied";
        public const string Timestamp = "ts";

        public const string Desired = "desired";
        public const string Reported = "reported";
        public const string Groups = "groups";
        public const string Region = "region";
        public const string TelemetryInterval = "telemetryInterval";
        public const string LogLevel = "logLevel";
        public const string Firmware = "firmware";
        public const string App = "app";
        public const string Clr = "clr";
        public const string Loader = "loader";
        public const string Profile = "profile";
        public const string Slots = "slots";
        public const string FreeMemory = "freeMemory";
        public const string BootReason = "bootReason";
        public const string Uptime = "uptime";
        public const string LastUpdate = "lastUpdate";
        public const string Readings = "readings";
        public const string Dropped = "dropped";
#pragma warning restore CS1591
    }
}
