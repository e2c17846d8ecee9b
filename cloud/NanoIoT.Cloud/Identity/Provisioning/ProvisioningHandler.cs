using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Identity.Provisioning;

/// <summary>Fleet provisioning and rotation over MQTT. Answers go to the device that asked and to no other.</summary>
/// <param name="provisioning">Provisions.</param>
/// <param name="identities">Confirms new certificates.</param>
public sealed partial class ProvisioningHandler(ProvisioningService provisioning, IdentityStore identities) : IMessageHandler
{
    private const int MaxDepth = 16;

    /// <inheritdoc/>
    public async Task HandleAsync(ClientMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.CertificateId is not string requester)
        {
            return;
        }

        string topic = message.Topic;
        Match provision = ProvisionTopic().Match(topic);
        bool isConfirm = topic == CertificateTopics.Confirm(message.ThingName);
        if (topic is not (CertificateTopics.Create or CertificateTopics.CreateFromCsr) && !provision.Success && !isConfirm)
        {
            return;
        }

        try
        {
            JsonObject body = Parse(message.Payload);
            JsonObject answer = isConfirm ? new JsonObject { ["certificateId"] = requester, ["replaced"] = await identities.ConfirmAsync(requester).ConfigureAwait(false) }
                : provision.Success ? await ProvisionAsync(provision.Groups[1].Value, body, requester).ConfigureAwait(false)
                : await CreateAsync(topic, body, requester).ConfigureAwait(false);
            message.Reply(new BusMessage(topic + "/accepted", Encoding.UTF8.GetBytes(answer.ToJsonString(Storage.RecordStore.Json))));
        }
        catch (CloudException exception) when (!TransientFailure.Is(exception))
        {
            var answer = new JsonObject { ["statusCode"] = ErrorCodes.HttpStatus(exception.Code), ["errorCode"] = exception.Code, ["errorMessage"] = exception.Message };
            message.Reply(new BusMessage(topic + "/rejected", Encoding.UTF8.GetBytes(answer.ToJsonString(Storage.RecordStore.Json))));
        }
    }

    private static JsonObject Parse(ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return [];
        }

        try
        {
            return StrictJson.Parse(payload.Span, MaxDepth) as JsonObject ?? throw OperationRequest.Invalid("The payload is not a JSON object.");
        }
        catch (StrictJsonException exception)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "The payload is not valid JSON: " + exception.Message, exception);
        }
    }

    private async Task<JsonObject> CreateAsync(string topic, JsonObject body, string requester)
    {
        string? csr = topic == CertificateTopics.Create ? null
            : OperationRequest.TextOf(body, "certificateSigningRequest", 4096) ?? throw OperationRequest.Invalid("certificateSigningRequest: missing");
        (Certificate certificate, string? privateKey, string token) = await provisioning.CreateCertificateAsync(csr, requester).ConfigureAwait(false);
        var answer = new JsonObject { ["certificateId"] = certificate.Id, ["certificatePem"] = certificate.Pem, ["certificateOwnershipToken"] = token };
        if (privateKey is not null)
        {
            answer["privateKey"] = privateKey;
        }

        return answer;
    }

    private async Task<JsonObject> ProvisionAsync(string template, JsonObject body, string requester)
    {
        string token = OperationRequest.TextOf(body, "certificateOwnershipToken") ?? throw new CloudException(ErrorCodes.InvalidOwnershipToken, "Certificate ownership token cannot be empty.");
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, JsonNode? value) in OperationRequest.ObjectOf(body, "parameters") ?? [])
        {
            parameters[name] = value is JsonValue text && text.TryGetValue(out string? sent) ? sent : throw OperationRequest.Invalid($"parameters: {name} is not a text");
        }

        ProvisioningResult result = await provisioning.ProvisionAsync(template, token, parameters, requester).ConfigureAwait(false);
        return new JsonObject { ["thingName"] = result.ThingName, ["deviceConfiguration"] = result.DeviceConfiguration.DeepClone() };
    }

    [GeneratedRegex(@"^\$aws/provisioning-templates/([0-9A-Za-z_-]{1,36})/provision/json\z")]
    private static partial Regex ProvisionTopic();
}
