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

    /// <summary>The ARN of the resource it is about; AWS sends it with <c>ResourceAlreadyExistsException</c>.</summary>
    public string? ResourceArn { get; init; }

    /// <summary>The id of the resource it is about.</summary>
    public string? ResourceId { get; init; }

    /// <summary>The stable code.</summary>
    public string Code { get; }
}
