using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Broker;

/// <summary>AWS's lifecycle events: who connected, disconnected, subscribed and unsubscribed, under <c>$aws/events/</c>.</summary>
internal sealed partial class LifecycleEvents(Func<BusMessage, Task> publish, ILogger logger)
{
    public Task ConnectedAsync(ClientSession session, long now, string? address, int version) => PublishAsync("presence/connected/", session, now, "connected", json =>
    {
        json["ipAddress"] = address;
        json["versionNumber"] = version;
    });

    public Task DisconnectedAsync(ClientSession session, long now, string reason, int version) => PublishAsync("presence/disconnected/", session, now, "disconnected", json =>
    {
        json["clientInitiatedDisconnect"] = reason == DisconnectReasons.ClientInitiated;
        json["disconnectReason"] = reason;
        json["versionNumber"] = version;
    });

    public Task SubscribedAsync(ClientSession session, long now, string filter) =>
        PublishAsync("subscriptions/subscribed/", session, now, "subscribed", json => json["topics"] = new JsonArray(filter));

    public Task UnsubscribedAsync(ClientSession session, long now, string filter) =>
        PublishAsync("subscriptions/unsubscribed/", session, now, "unsubscribed", json => json["topics"] = new JsonArray(filter));

    private async Task PublishAsync(string topic, ClientSession session, long now, string type, Action<JsonObject> add)
    {
        // As AWS: a client id that cannot stand in a topic has no events.
        if (session.ClientId.AsSpan().ContainsAny('+', '#'))
        {
            return;
        }

        var json = new JsonObject
        {
            ["clientId"] = session.ClientId,
            ["timestamp"] = now,
            ["eventType"] = type,
            ["sessionIdentifier"] = session.SessionIdentifier,
            ["principalIdentifier"] = session.Identity.CertificateId ?? session.Identity.Actor,
        };
        add(json);
        try
        {
            await publish(new BusMessage("$aws/events/" + topic + session.ClientId, Encoding.UTF8.GetBytes(json.ToJsonString(RecordStore.Json)))).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogEventFailed(exception, topic + session.ClientId);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "lifecycle event not published: {Topic}")]
    private partial void LogEventFailed(Exception exception, string topic);
}
