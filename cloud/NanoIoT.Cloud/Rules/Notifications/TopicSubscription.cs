namespace NanoIoT.Cloud.Rules.Notifications;

/// <summary>Who gets a topic's messages.</summary>
public sealed record TopicSubscription
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The topic's name.</summary>
    public required string Topic { get; init; }

    /// <summary>http, https or email.</summary>
    public required string Protocol { get; init; }

    /// <summary>A URL or an address.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Whether its owner confirmed it.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Whether HTTP deliveries are the message alone, without SNS's envelope.</summary>
    public bool IsRaw { get; init; }

    /// <summary>The hash of the token that confirms it.</summary>
    public required string TokenHash { get; init; }

    /// <summary>The token that ends it; it goes out with each message, and can do nothing else.</summary>
    public required string EndToken { get; init; }

    /// <summary>When it was created, Unix seconds.</summary>
    public long Created { get; init; }
}
