namespace NanoIoT.Cloud.Hosting;

/// <summary>JSON from outside that is not accepted.</summary>
/// <param name="fault">Why.</param>
/// <param name="message">Why, for a person.</param>
/// <param name="innerException">The cause, if any.</param>
internal sealed class StrictJsonException(JsonFault fault, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Why the JSON is not accepted.</summary>
    public JsonFault Fault => fault;
}

/// <summary>Why JSON from outside is not accepted.</summary>
internal enum JsonFault
{
    Malformed,
    NotUtf8,
    LoneSurrogate,
    TooDeep,
    DuplicateName,
}
