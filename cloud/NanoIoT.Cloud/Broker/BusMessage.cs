namespace NanoIoT.Cloud.Broker;

/// <summary>A message on its way through the service.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Payload">The payload.</param>
/// <param name="Qos">0 or 1.</param>
/// <param name="Retain">Whether it stays for later subscribers; an empty payload then removes what stays.</param>
public sealed record BusMessage(string Topic, ReadOnlyMemory<byte> Payload, int Qos = 1, bool Retain = false);
