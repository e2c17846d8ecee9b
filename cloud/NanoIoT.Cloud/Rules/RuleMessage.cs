using NanoIoT.Cloud.Broker;

namespace NanoIoT.Cloud.Rules;

/// <summary>A message the broker took, whoever published it.</summary>
/// <param name="Message">The message.</param>
/// <param name="ClientId">The client, or null where it did not come over MQTT.</param>
/// <param name="Principal">The certificate or user, or null for the service itself.</param>
/// <param name="SourceAddress">Where it came from, or null.</param>
public sealed record RuleMessage(BusMessage Message, string? ClientId = null, string? Principal = null, string? SourceAddress = null);
