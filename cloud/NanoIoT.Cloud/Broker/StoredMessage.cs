namespace NanoIoT.Cloud.Broker;

/// <summary>A message that is stored for a session.</summary>
/// <param name="Sequence">Its place in the order.</param>
/// <param name="Message">The message.</param>
/// <param name="Retain">Whether it is sent as a retained one.</param>
internal sealed record StoredMessage(long Sequence, BusMessage Message, bool Retain);
