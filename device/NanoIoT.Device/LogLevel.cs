namespace NanoIoT.Device
{
    /// <summary>How severe a line of the log is, or what is kept of them (desired <c>logLevel</c>: debug, info, warning, error, none).</summary>
    public enum LogLevel
    {
        /// <summary>What happens inside.</summary>
        Debug,

        /// <summary>What a person wants to know.</summary>
        Info,

        /// <summary>What went wrong and is tried again.</summary>
        Warning,

        /// <summary>What went wrong for good.</summary>
        Error,

        /// <summary>Nothing is kept.</summary>
        None,
    }
}
