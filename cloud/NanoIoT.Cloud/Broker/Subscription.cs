namespace NanoIoT.Cloud.Broker;

/// <summary>A session's subscription.</summary>
/// <param name="Qos">The QoS granted.</param>
/// <param name="NoLocal">Whether the client's own messages are left out (MQTT 5).</param>
/// <param name="RetainAsPublished">Whether the retain flag is passed on (MQTT 5).</param>
internal sealed record Subscription(int Qos, bool NoLocal = false, bool RetainAsPublished = false);
