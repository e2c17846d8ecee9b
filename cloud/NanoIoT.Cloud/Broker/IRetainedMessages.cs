namespace NanoIoT.Cloud.Broker;

/// <summary>Retained messages.</summary>
public interface IRetainedMessages
{
    /// <summary>Whether they can be read here.</summary>
    bool IsReadable { get; }

    /// <summary>A topic's message.</summary>
    /// <param name="topic">The topic.</param>
    /// <returns>The message, or null.</returns>
    RetainedMessage? Get(string topic);

    /// <summary>Messages in the order of their topics.</summary>
    /// <param name="after">Only those whose topic follows, or null.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>The messages.</returns>
    IReadOnlyList<RetainedMessage> List(string? after, int limit);
}
