using NanoIoT.Cloud.Broker;

namespace NanoIoT.Cloud.Rules;

/// <summary>Something that is done with messages of a topic filter.</summary>
public interface IRule
{
    /// <summary>The rule's name.</summary>
    string Name { get; }

    /// <summary>The topic filter.</summary>
    string TopicFilter { get; }

    /// <summary>Does it; the device's PUBACK waits for the task.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task ExecuteAsync(ClientMessage message, CancellationToken cancellationToken);
}
