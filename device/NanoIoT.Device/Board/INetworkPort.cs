namespace NanoIoT.Device.Board
{
    /// <summary>
    /// The MQTT connection. Every call returns at once; what came of it comes back as an event on <see cref="AgentCore"/>.
    /// </summary>
    public interface INetworkPort
    {
        /// <summary>Connects afresh; answered by <see cref="AgentCore.OnConnected"/> or <see cref="AgentCore.OnDisconnected"/>.</summary>
        /// <param name="willTopic">The last will's topic.</param>
        /// <param name="willMessage">The last will's payload.</param>
        /// <param name="keepAliveSeconds">The keep-alive period in seconds.</param>
        void Connect(string willTopic, string willMessage, int keepAliveSeconds);

        /// <summary>Subscribes at QoS 1, at most 8 filters; answered by <see cref="AgentCore.OnSubscribed"/>.</summary>
        /// <param name="filters">The topic filters.</param>
        void Subscribe(string[] filters);

        /// <summary>Unsubscribes; not answered.</summary>
        /// <param name="filters">The topic filters.</param>
        void Unsubscribe(string[] filters);

        /// <summary>Publishes at QoS 1; answered by <see cref="AgentCore.OnPublished"/>.</summary>
        /// <param name="topic">The topic.</param>
        /// <param name="payload">The payload.</param>
        /// <returns>The message's id, or 0 where it could not be queued.</returns>
        int Publish(string topic, byte[] payload);

        /// <summary>Ends the connection; no event follows.</summary>
        void Disconnect();
    }
}
