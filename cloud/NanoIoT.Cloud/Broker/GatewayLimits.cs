namespace NanoIoT.Cloud.Broker;

/// <summary>AWS IoT Core's limits of the device gateway; a violation closes the connection.</summary>
internal static class GatewayLimits
{
    public const int MaxPayloadBytes = 128 * 1024;
    public const int MaxPacketBytes = 149_504;
    public const int MaxClientIdCharacters = 128;
    public const int MaxFiltersPerSubscribe = 8;
    public const int MaxSubscriptions = 50;
    public const int MaxInflight = 100;
    public const int MinKeepAliveSeconds = 30;
    public const int MaxKeepAliveSeconds = 1200;
    public const int MaxUserProperties = 50;

    /// <summary>Messages a persistent session keeps while its client is away; the oldest go first.</summary>
    public const int MaxStoredMessages = 1000;

    /// <summary>Messages waiting for one slow connection; the oldest go first.</summary>
    public const int MaxPendingMessages = 1000;
}
