using System.Text;
using System.Text.Json.Nodes;
using Amazon.SQS.Model;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Sends results to queues of SQS.</summary>
internal sealed class SqsAction(AwsTargets aws) : ActionBase
{
    public override string Name => "sqs";

    public override string Summary => "a message of an SQS queue for each result";

    protected override IReadOnlyCollection<string> Known => ["queueUrl", "useBase64"];

    public override void Check(JsonObject settings)
    {
        base.Check(settings);
        ActionSettings.Require(settings, "queueUrl", Name);
        Rest.OperationRequest.FlagOf(settings, "useBase64");
        aws.Require("sqs", Name);
    }

    protected override async Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken)
    {
        string body = job.Parsed["useBase64"]?.GetValue<bool>() == true ? Convert.ToBase64String(job.Payload.Span) : Encoding.UTF8.GetString(job.Payload.Span);
        await aws.Sqs.SendMessageAsync(new SendMessageRequest(job.Parsed["queueUrl"]!.ToString(), body), cancellationToken).ConfigureAwait(false);
        return DeliveryOutcome.Done;
    }
}
