namespace NanoIoT.Cloud.Broker;

/// <summary>A message on its way through the service.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Payload">The payload.</param>
/// <param name="Qos">0 or 1.</param>
/// <param name="Retain">Whether it stays for later subscribers; an empty payload then removes what stays.</param>
/// <param name="Properties">What MQTT 5 sends beside it, or null.</param>
public sealed record BusMessage(string Topic, ReadOnlyMemory<byte> Payload, int Qos = 1, bool Retain = false, MessageProperties? Properties = null);
