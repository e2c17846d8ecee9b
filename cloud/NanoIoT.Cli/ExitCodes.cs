namespace NanoIoT.Cli;

/// <summary>What the process ends with. The rule is documented in <c>cloud/README.md</c>, "Exit codes".</summary>
internal static class ExitCodes
{
    /// <summary>The command did what it should.</summary>
    public const int Success = 0;

    /// <summary>The operation failed: the service refused it, a file cannot be used, or a check did not pass.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>No service answers.</summary>
    public const int Unreachable = 3;

    /// <summary><c>serve</c> or <c>demo</c> cannot start the service.</summary>
    public const int CannotStart = 4;
}
