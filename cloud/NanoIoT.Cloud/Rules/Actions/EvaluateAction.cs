using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Evaluates a rule that reads elsewhere, behind its queue. No rule names it.</summary>
internal sealed class EvaluateAction(Func<DeliveryJob, CancellationToken, Task<DeliveryOutcome>> evaluate) : ActionBase
{
    public const string TypeName = "@sql";

    public override string Name => TypeName;

    public override string Summary => string.Empty;

    protected override IReadOnlyCollection<string> Known => [];

    public override void Check(JsonObject settings) => throw new InvalidOperationException("no rule names it");

    protected override Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken) => evaluate(job, cancellationToken);
}
