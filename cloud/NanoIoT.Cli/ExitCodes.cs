namespace NanoIoT.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>What should have happened did.</summary>
    public const int Success = 0;

    /// <summary>It did not.</summary>
    public const int Failure = 1;

    /// <summary>The call or its input is wrong.</summary>
    public const int Usage = 2;

    /// <summary>No service answers.</summary>
    public const int Unreachable = 3;

    /// <summary>The service cannot start: a port is in use, the data or keys folder cannot be used, or the limit of open files is too low.</summary>
    public const int CannotStart = 4;
}
