namespace NanoIoT.Cloud.Broker;

/// <summary>A retained message.</summary>
/// <param name="Message">The message.</param>
/// <param name="Modified">When it was stored, Unix milliseconds.</param>
public sealed record RetainedMessage(BusMessage Message, long Modified);
