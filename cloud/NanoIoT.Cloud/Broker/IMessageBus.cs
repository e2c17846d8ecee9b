namespace NanoIoT.Cloud.Broker;

/// <summary>Publishing from within the service.</summary>
public interface IMessageBus
{
    /// <summary>Publishes a message as the service; a retained one, and one for a persistent session, is durable when the task ends.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task PublishAsync(BusMessage message, CancellationToken cancellationToken = default);

    /// <summary>Publishes a message as a client over HTTPS: handlers take it first, as one that came over MQTT.</summary>
    /// <param name="message">The message.</param>
    /// <param name="certificateId">The client's certificate, or null for a user.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task PublishFromClientAsync(BusMessage message, string? certificateId, CancellationToken cancellationToken = default);
}
