namespace NanoIoT.Cloud.Broker;

/// <summary>Does something with what devices publish, before it is acknowledged.</summary>
public interface IMessageHandler
{
    /// <summary>Handles a message. The device's PUBACK waits for the task; a fault closes the connection without one.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task HandleAsync(ClientMessage message, CancellationToken cancellationToken);
}
