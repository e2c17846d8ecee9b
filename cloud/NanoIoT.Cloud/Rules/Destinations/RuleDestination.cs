namespace NanoIoT.Cloud.Rules.Destinations;

/// <summary>A place HTTP actions may post to, once its owner has confirmed it.</summary>
public sealed record RuleDestination
{
    /// <summary>Its ARN.</summary>
    public required string Arn { get; init; }

    /// <summary>Where the confirmation goes; URLs of actions begin with it.</summary>
    public required string ConfirmationUrl { get; init; }

    /// <summary>ENABLED, IN_PROGRESS (not confirmed yet), DISABLED or ERROR.</summary>
    public required string Status { get; init; }

    /// <summary>The hash of the token that confirms it.</summary>
    public required string TokenHash { get; init; }

    /// <summary>When it was created, Unix seconds.</summary>
    public long Created { get; init; }

    /// <summary>When it was changed, Unix seconds.</summary>
    public long Updated { get; init; }
}
