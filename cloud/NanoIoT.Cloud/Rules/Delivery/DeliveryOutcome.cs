namespace NanoIoT.Cloud.Rules.Delivery;

/// <summary>What came of a delivery.</summary>
/// <param name="Kind">Whether it is done, to be tried again, or lost to its target.</param>
/// <param name="Code">A stable code of what went wrong, or null.</param>
/// <param name="Message">What went wrong, or null.</param>
internal readonly record struct DeliveryOutcome(DeliveryKind Kind, string? Code = null, string? Message = null)
{
    public static DeliveryOutcome Done => new(DeliveryKind.Done);

    /// <summary>One before it in its order failed, so it was not tried.</summary>
    public static DeliveryOutcome NotTried => new(DeliveryKind.NotTried);

    /// <summary>The target may take it later.</summary>
    public static DeliveryOutcome Retry(string code, string message) => new(DeliveryKind.Retry, code, message);

    /// <summary>The target will never take it.</summary>
    public static DeliveryOutcome Failed(string code, string message) => new(DeliveryKind.Failed, code, message);
}

internal enum DeliveryKind
{
    Done,
    NotTried,
    Retry,
    Failed,
}
