namespace NanoIoT.Cloud.Broker;

/// <summary>A message a device published.</summary>
/// <param name="ThingName">Who.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Payload">The payload.</param>
public sealed record ClientMessage(string ThingName, string Topic, ReadOnlyMemory<byte> Payload);
