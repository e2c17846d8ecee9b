namespace NanoIoT.Cloud.Hosting;

/// <summary>A request the service refuses, with a stable code (AWS's exception names where AWS has one).</summary>
public class CloudException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">A constant of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">What is wrong, for a person.</param>
    /// <param name="innerException">The cause, if any.</param>
    public CloudException(string code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
    }

    /// <summary>The stable code.</summary>
    public string Code { get; }
}
