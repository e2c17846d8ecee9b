using System.Globalization;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Publishes results on another topic. A topic of AWS's own begins with <c>$$</c>, as in AWS.</summary>
internal sealed class RepublishAction(Lazy<IMessageBus> bus) : ActionBase
{
    private static readonly string[] s_headers = ["payloadFormatIndicator", "contentType", "responseTopic", "correlationData", "messageExpiry", "userProperties"];

    public override string Name => "republish";

    public override string Summary => "publishes on another topic; other rules see it, at most 8 times in a row";

    protected override IReadOnlyCollection<string> Known => ["topic", "qos", "headers"];

    public override void Check(JsonObject settings)
    {
        ActionSettings.CheckKnown(settings, Name, ["topic", "qos", "headers", "roleArn"]);
        string topic = ActionSettings.Require(settings, "topic", Name);
        if (!ActionSettings.IsTemplate(topic) && PublishTopics.Check(Unescape(topic)) is string wrong)
        {
            throw OperationRequest.Invalid($"republish.topic: {wrong}");
        }

        if (settings["qos"] is JsonNode qos && !ActionSettings.IsTemplate(qos.ToString()) && qos.ToString() is not ("0" or "1"))
        {
            throw OperationRequest.Invalid("republish.qos: 0 or 1");
        }

        if (OperationRequest.ObjectOf(settings, "headers") is JsonObject headers)
        {
            CheckHeaders(headers);
        }
    }

    private static void CheckHeaders(JsonObject headers)
    {
        ActionSettings.CheckKnown(headers, "republish.headers", s_headers);
        ActionSettings.CheckTexts(headers, "payloadFormatIndicator", "contentType", "responseTopic");
        if (OperationRequest.TextOf(headers, "correlationData") is string data
            && !ActionSettings.IsTemplate(data)
            && BytesOf(data) is null)
        {
            throw OperationRequest.Invalid("republish.headers.correlationData must be base64.");
        }

        if (OperationRequest.TextOf(headers, "messageExpiry") is { Length: > 0 } expiry
            && !ActionSettings.IsTemplate(expiry)
            && !uint.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw OperationRequest.Invalid(
                $"republish.headers.messageExpiry must be a whole number of seconds; it is '{expiry}'.");
        }

        if (headers["userProperties"] is JsonNode properties)
        {
            CheckUserProperties(properties);
        }
    }

    private static void CheckUserProperties(JsonNode properties)
    {
        const string name = "republish.headers.userProperties";
        foreach (JsonNode? item in properties as JsonArray ?? throw OperationRequest.Invalid($"{name} must be a list."))
        {
            JsonObject property = item as JsonObject
                ?? throw OperationRequest.Invalid($"{name} must be a list of objects.");
            ActionSettings.CheckKnown(property, name, ["key", "value"]);
            ActionSettings.CheckTexts(property, "key", "value");
        }
    }

    protected override async Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken)
    {
        string topic = Unescape(job.Parsed["topic"]!.ToString());
        if (PublishTopics.Check(topic) is string wrong)
        {
            return DeliveryOutcome.Failed("InvalidTopic", $"{topic}: {wrong}");
        }

        int qos = job.Parsed["qos"]?.ToString() == "1" ? 1 : 0;
        var headers = job.Parsed["headers"] as JsonObject;
        byte[]? correlation = null;
        if (headers?["correlationData"]?.ToString() is { Length: > 0 } data && (correlation = BytesOf(data)) is null)
        {
            return DeliveryOutcome.Failed("InvalidCorrelationData", $"correlationData must be base64; it is '{data}'");
        }

        var message = new BusMessage(topic, job.Payload, qos, false, PropertiesOf(headers, correlation));

        // The first time it is one step from its client; a republished message comes back with the steps it has made.
        int depth = job.Source.Depth + 1;
        await RuleEngine.RunDeeperAsync(depth, () => bus.Value.PublishFromClientAsync(message, null, cancellationToken)).ConfigureAwait(false);
        return DeliveryOutcome.Done;
    }

    /// <summary>What base64 stands for, or null where the text is not base64.</summary>
    private static byte[]? BytesOf(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out int length) ? bytes[..length] : null;
    }

    private static string Unescape(string topic) => topic.StartsWith("$$", StringComparison.Ordinal) ? topic[1..] : topic;

    private static MessageProperties? PropertiesOf(JsonObject? headers, byte[]? correlation)
    {
        if (headers is null)
        {
            return null;
        }

        string? Text(string name) => headers[name]?.ToString() is { Length: > 0 } text ? text : null;
        return new MessageProperties
        {
            ContentType = Text("contentType"),
            ResponseTopic = Text("responseTopic"),
            CorrelationData = correlation,
            IsUtf8 = Text("payloadFormatIndicator") == "UTF8_DATA",
            Expires = long.TryParse(Text("messageExpiry"), out long seconds) ? DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + (seconds * 1000) : null,
            UserProperties = [.. (headers["userProperties"] as JsonArray ?? []).OfType<JsonObject>().Select(item => KeyValuePair.Create(item["key"]?.ToString() ?? string.Empty, item["value"]?.ToString() ?? string.Empty))],
        };
    }
}
