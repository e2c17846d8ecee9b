using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Rules.Notifications;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Publishes results to a topic of SNS, or to a notification topic of the service's own of that ARN.</summary>
internal sealed class SnsAction(AwsTargets aws, NotificationTopics topics) : ActionBase
{
    public override string Name => "sns";

    public override string Summary => "a message of a notification topic for each result: one of the service's own (`nanoiot topic create`), else of SNS";

    protected override IReadOnlyCollection<string> Known => ["targetArn", "messageFormat"];

    public override void Check(JsonObject settings)
    {
        base.Check(settings);
        string arn = ActionSettings.Require(settings, "targetArn", Name);
        if (OperationRequest.TextOf(settings, "messageFormat") is string format && format is not ("RAW" or "JSON"))
        {
            throw OperationRequest.Invalid("sns.messageFormat: RAW or JSON");
        }

        if (!ActionSettings.IsTemplate(arn) && topics.FindByArn(arn) is null && !aws.Has("sns"))
        {
            throw OperationRequest.Invalid($"sns: there is no notification topic {arn} (nanoiot topic create NAME), and {AwsClients.Missing("SNS")}");
        }
    }

    protected override async Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken)
    {
        string arn = job.Parsed["targetArn"]!.ToString();
        string message = Encoding.UTF8.GetString(job.Payload.Span);
        bool isStructured = job.Parsed["messageFormat"]?.ToString() == "JSON";
        if (topics.FindByArn(arn) is NotificationTopic topic)
        {
            await topics.PublishAsync(topic, message, null, isStructured, cancellationToken).ConfigureAwait(false);
            return DeliveryOutcome.Done;
        }

        if (!aws.Has("sns"))
        {
            return DeliveryOutcome.Failed("NoSuchTopic", $"there is no notification topic {arn}");
        }

        List<(string, string)> parameters = [("Action", "Publish"), ("Version", "2010-03-31"), ("TargetArn", arn), ("Message", message)];
        if (isStructured)
        {
            parameters.Add(("MessageStructure", "json"));
        }

        await aws.CallQueryAsync("sns", parameters, cancellationToken).ConfigureAwait(false);
        return DeliveryOutcome.Done;
    }
}
