using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Puts results into a Kinesis stream, those of one partition key one after the other, so that their order is kept.</summary>
internal sealed class KinesisAction(AwsTargets aws) : ActionBase
{
    public override string Name => "kinesis";

    public override string Summary => "a record of a Kinesis stream for each result, in order for each partition key";

    protected override IReadOnlyCollection<string> Known => ["streamName", "partitionKey"];

    public override void Check(JsonObject settings)
    {
        base.Check(settings);
        ActionSettings.Require(settings, "streamName", Name);
        ActionSettings.CheckTexts(settings, "partitionKey");
        aws.Require("kinesis", Name);
    }

    protected override string OrderOf(DeliveryJob job) => job.Parsed["partitionKey"]?.ToString() is { Length: > 0 } key ? key : job.Source.Topic;

    protected override async Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken)
    {
        const int maxKey = 256;
        string key = OrderOf(job);
        await aws.CallJsonAsync(
            "kinesis",
            "Kinesis_20131202.PutRecord",
            new JsonObject { ["StreamName"] = job.Parsed["streamName"]!.ToString(), ["Data"] = Convert.ToBase64String(job.Payload.Span), ["PartitionKey"] = key.Length <= maxKey ? key : key[..maxKey] },
            cancellationToken).ConfigureAwait(false);
        return DeliveryOutcome.Done;
    }
}
