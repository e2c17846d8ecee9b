namespace NanoIoT.Device.Connection
{
    /// <summary>What the core's parts publish through.</summary>
    internal interface IMessageSender
    {
        /// <summary>Whether the board is connected and its subscriptions are granted.</summary>
        bool IsReady { get; }

        /// <summary>Publishes at QoS 1.</summary>
        /// <returns>The message's id, or 0.</returns>
        int Publish(string topic, byte[] payload);
    }
}
