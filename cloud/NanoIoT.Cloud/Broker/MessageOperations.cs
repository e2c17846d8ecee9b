using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Broker;

/// <summary>AWS's operations on messages and connections, and the publish of devices over HTTPS.</summary>
internal sealed class MessageOperations(IMessageBus bus, IRetainedMessages retained, IConnectivity connectivity, AuditTrail audit, TimeProvider time) : IOperationSource
{
    public IEnumerable<Operation> Operations =>
    [
        new()
        {
            Name = "Publish", Method = "POST", Path = "/topics/{topic+}", IsDataPlane = true, Role = Role.Operator, MaxBodyBytes = GatewayLimits.MaxPayloadBytes,
            Device = request => new DeviceAccess(request.QueryFlag("retain") ? "iot:RetainPublish" : "iot:Publish", "topic/" + request.Path("topic")),
            Handler = PublishAsync,
        },
        new()
        {
            Name = "GetRetainedMessage", Method = "GET", Path = "/retainedMessage/{topic+}", IsDataPlane = true,
            Device = request => new DeviceAccess("iot:GetRetainedMessage", "topic/" + request.Path("topic")),
            Handler = (request, _) => Task.FromResult(Get(request)),
        },
        new()
        {
            Name = "ListRetainedMessages", Method = "GET", Path = "/retainedMessage", IsDataPlane = true,
            Device = _ => new DeviceAccess("iot:ListRetainedMessages", "*"),
            Handler = (request, _) => Task.FromResult(List(request)),
        },
        new() { Name = "DeleteConnection", Method = "DELETE", Path = "/connections/{clientId}", IsDataPlane = true, Role = Role.Operator, Handler = DeleteConnectionAsync },
    ];

    private async Task<OperationResult> PublishAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string topic = request.Path("topic");
        if (PublishTopics.Check(topic) is string reason)
        {
            throw reason == "reserved topic" ? new CloudException(ErrorCodes.Forbidden, $"Topic {topic} is reserved.") : OperationRequest.Invalid("topic: " + reason);
        }

        var message = new BusMessage(topic, request.Raw, (int)(request.QueryNumber("qos", 0, 1) ?? 0), request.QueryFlag("retain"), Properties(request));
        RetainedMessage? before = message.Retain && retained.IsReadable ? retained.Get(topic) : null;
        await bus.PublishFromClientAsync(message, request.Caller.CertificateId, cancellationToken).ConfigureAwait(false);
        if (message.Retain)
        {
            await audit.AppendAsync("Publish", "retained/" + topic, Size(before?.Message), message.Payload.IsEmpty ? null : Size(message)).ConfigureAwait(false);
        }

        return OperationResult.Json(new JsonObject { ["message"] = "OK", ["traceId"] = Guid.NewGuid().ToString() });
    }

    private static JsonObject? Size(BusMessage? message) => message is null ? null : new JsonObject { ["payloadSize"] = message.Payload.Length, ["qos"] = message.Qos };

    private MessageProperties? Properties(OperationRequest request)
    {
        string? contentType = request.Query("contentType");
        string? responseTopic = request.Query("responseTopic");
        string? correlation = request.Header("x-amz-mqtt5-correlation-data");
        long? expiry = request.QueryNumber("messageExpiry", 1, uint.MaxValue);
        string? format = request.Header("x-amz-mqtt5-payload-format-indicator");
        if (format is not (null or "UNSPECIFIED_BYTES" or "UTF8_DATA"))
        {
            throw OperationRequest.Invalid("x-amz-mqtt5-payload-format-indicator: UNSPECIFIED_BYTES or UTF8_DATA");
        }

        List<KeyValuePair<string, string>> user = UserProperties(request.Header("x-amz-mqtt5-user-properties"));
        if (contentType is null && responseTopic is null && correlation is null && expiry is null && format is null && user.Count == 0)
        {
            return null;
        }

        try
        {
            return new MessageProperties
            {
                ContentType = contentType,
                ResponseTopic = responseTopic,
                CorrelationData = correlation is null ? null : Convert.FromBase64String(correlation),
                IsUtf8 = format == "UTF8_DATA",
                Expires = expiry is null ? null : time.GetUtcNow().ToUnixTimeMilliseconds() + (expiry * 1000),
                UserProperties = user,
            };
        }
        catch (FormatException exception)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "x-amz-mqtt5-correlation-data: not base64", exception);
        }
    }

    /// <summary>Base64 of a JSON list of objects of one name each, as AWS's clients send it.</summary>
    private static List<KeyValuePair<string, string>> UserProperties(string? header)
    {
        var properties = new List<KeyValuePair<string, string>>();
        if (string.IsNullOrEmpty(header))
        {
            return properties;
        }

        try
        {
            foreach (JsonNode? item in StrictJson.Parse(Convert.FromBase64String(header)) as JsonArray ?? throw OperationRequest.Invalid("x-amz-mqtt5-user-properties: not a list"))
            {
                properties.AddRange((item as JsonObject ?? throw OperationRequest.Invalid("x-amz-mqtt5-user-properties: not a list of objects"))
                    .Select(member => KeyValuePair.Create(member.Key, member.Value?.ToString() ?? string.Empty)));
            }
        }
        catch (Exception exception) when (exception is FormatException or StrictJsonException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "x-amz-mqtt5-user-properties: not base64 of JSON", exception);
        }

        return properties.Count <= GatewayLimits.MaxUserProperties ? properties : throw OperationRequest.Invalid("x-amz-mqtt5-user-properties: at most 50");
    }

    private OperationResult Get(OperationRequest request)
    {
        string topic = request.Path("topic");
        RetainedMessage found = retained.Get(topic) ?? throw new CloudException(ErrorCodes.NotFound, $"There is no retained message on {topic}.");
        var answer = new JsonObject
        {
            ["topic"] = topic,
            ["payload"] = Convert.ToBase64String(found.Message.Payload.Span),
            ["qos"] = found.Message.Qos,
            ["lastModifiedTime"] = found.Modified,
        };
        if (found.Message.Properties?.UserProperties is { Count: > 0 } user)
        {
            var list = new JsonArray([.. user.Select(item => (JsonNode?)new JsonObject { [item.Key] = item.Value })]);
            answer["userProperties"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(list.ToJsonString(Storage.RecordStore.Json)));
        }

        return OperationResult.Json(answer);
    }

    private OperationResult List(OperationRequest request)
    {
        const int max = 200;
        (int limit, string? after) = request.Page(max: max);
        return Pages.Create(
            retained.List(after, limit + 1),
            limit,
            item => item.Message.Topic,
            item => new JsonObject { ["topic"] = item.Message.Topic, ["payloadSize"] = item.Message.Payload.Length, ["qos"] = item.Message.Qos, ["lastModifiedTime"] = item.Modified },
            "retainedTopics");
    }

    private async Task<OperationResult> DeleteConnectionAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string clientId = request.Path("clientId");
        if (clientId.Length is 0 or > GatewayLimits.MaxClientIdCharacters || clientId[0] == '$')
        {
            throw OperationRequest.Invalid("clientId: 1 to 128 characters, the first not $");
        }

        if (!await connectivity.DeleteConnectionAsync(clientId, request.QueryFlag("cleanSession"), request.QueryFlag("preventWillMessage")).ConfigureAwait(false))
        {
            throw new CloudException(ErrorCodes.NotFound, $"Client {clientId} is not connected.");
        }

        await audit.AppendAsync("DeleteConnection", "connection/" + clientId, null, null).ConfigureAwait(false);
        return OperationResult.Empty;
    }
}
