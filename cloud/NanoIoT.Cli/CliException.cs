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

    /// <summary>The command line is wrong, whatever the files and the service that it names hold.</summary>
    public static CliException Usage(string message, Exception? innerException = null) =>
        new(ExitCodes.Usage, "Usage", message, innerException);

    /// <summary>A file that the command line names cannot be used.</summary>
    public static CliException InvalidInput(string message, Exception? innerException = null) =>
        new(ExitCodes.Failure, "InvalidInput", message, innerException);
}
