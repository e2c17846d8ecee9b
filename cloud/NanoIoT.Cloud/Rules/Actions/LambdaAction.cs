using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Invokes a Lambda function with each result, without waiting for what it does.</summary>
internal sealed class LambdaAction(AwsTargets aws) : ActionBase
{
    public override string Name => "lambda";

    public override string Summary => "an asynchronous invocation of a Lambda function for each result";

    protected override IReadOnlyCollection<string> Known => ["functionArn"];

    public override void Check(JsonObject settings)
    {
        base.Check(settings);
        ActionSettings.Require(settings, "functionArn", Name);
        aws.Require("lambda", Name);
    }

    protected override async Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken)
    {
        await aws.InvokeAsync(job.Parsed["functionArn"]!.ToString(), job.Payload.ToArray(), isEvent: true, cancellationToken).ConfigureAwait(false);
        return DeliveryOutcome.Done;
    }
}
