namespace NanoIoT.Cli;

/// <summary>Ends the command with a message and an exit code.</summary>
internal sealed class CliException : Exception
{
    public CliException(int exitCode, string code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ExitCode = exitCode;
        Code = code;
    }

    public int ExitCode { get; }

    /// <summary>A stable code for programs.</summary>
    public string Code { get; }
}
