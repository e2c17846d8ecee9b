namespace NanoIoT.Cloud.Rules.Notifications;

/// <summary>A notification topic of the service's own, with SNS's manners.</summary>
public sealed record NotificationTopic
{
    /// <summary>Its name: 1 to 256 of a-z A-Z 0-9 _ -.</summary>
    public required string Name { get; init; }

    /// <summary>Its ARN, as SNS's.</summary>
    public required string Arn { get; init; }

    /// <summary>When it was created, Unix seconds.</summary>
    public long Created { get; init; }
}
