namespace NanoIoT.Cloud.Broker;

/// <summary>Does something with what devices publish, before it is acknowledged.</summary>
public interface IMessageHandler
{
    /// <summary>
    /// Handles a message. The device's PUBACK waits for the task. A failure that passes (<see cref="Hosting.TransientFailure"/>: the
    /// store does not answer, the disk is full) closes the connection without a PUBACK, so the device sends the message again. Any
    /// other failure is logged, and the message is acknowledged.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task HandleAsync(ClientMessage message, CancellationToken cancellationToken);
}
