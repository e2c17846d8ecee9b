namespace NanoIoT.Cloud.Rules.Delivery;

/// <summary>A target did not take a result.</summary>
/// <param name="outcome">What came of it.</param>
internal sealed class DeliveryException(DeliveryOutcome outcome) : Exception(outcome.Message)
{
    public DeliveryOutcome Outcome => outcome;
}
