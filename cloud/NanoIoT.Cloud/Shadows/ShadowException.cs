namespace NanoIoT.Cloud.Shadows;

/// <summary>A shadow request that is rejected, with AWS's code and message.</summary>
public sealed class ShadowException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">400, 404, 409, 413, ….</param>
    /// <param name="message">AWS's message.</param>
    public ShadowException(int code, string message)
        : base(message)
    {
        Code = code;
    }

    /// <summary>The code, an HTTP status.</summary>
    public int Code { get; }
}
