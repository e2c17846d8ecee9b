namespace NanoIoT.Cloud.Hosting;

/// <summary>What another broker is.</summary>
public enum BrokerKind
{
    /// <summary>An MQTT 5 broker and no more: shadows, registry and rules are this service's.</summary>
    Mqtt,

    /// <summary>AWS IoT Core, or what speaks its protocols: shadows, registry and rules are its own.</summary>
    AwsIot,
}
