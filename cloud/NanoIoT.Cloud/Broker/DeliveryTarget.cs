namespace NanoIoT.Cloud.Broker;

/// <summary>What a topic filter leads to: a session, or one of those that share a subscription.</summary>
internal abstract class DeliveryTarget
{
    /// <summary>The session that gets a message now, or null where none may.</summary>
    public abstract ClientSession? Choose(string topic);
}
