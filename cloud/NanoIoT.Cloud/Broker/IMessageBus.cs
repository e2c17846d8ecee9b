namespace NanoIoT.Cloud.Broker;

/// <summary>Publishing from within the service.</summary>
public interface IMessageBus
{
    /// <summary>Publishes a message; a retained one is durable when the task ends.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task PublishAsync(BusMessage message, CancellationToken cancellationToken = default);
}
