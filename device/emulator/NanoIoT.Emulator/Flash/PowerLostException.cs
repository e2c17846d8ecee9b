namespace NanoIoT.Emulator.Flash;

/// <summary>The board has no power.</summary>
public sealed class PowerLostException : Exception
{
    /// <summary>Creates the exception.</summary>
    public PowerLostException()
        : base("The board lost power.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">More.</param>
    public PowerLostException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">More.</param>
    /// <param name="innerException">The cause.</param>
    public PowerLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
