using NanoIoT.Cloud.Broker;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>Answers a board whose download URL no longer works.</summary>
/// <param name="campaigns">The campaigns.</param>
/// <param name="bus">Where the answer goes.</param>
public sealed class UrlHandler(ICampaignService campaigns, IMessageBus bus) : IMessageHandler
{
    /// <summary>What is asked first of every message: most are for others.</summary>
    private static readonly string s_suffix = Topics.UrlGet(string.Empty)[Topics.ThingPrefix.Length..];

    /// <inheritdoc/>
    public Task HandleAsync(ClientMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!message.Topic.EndsWith(s_suffix, StringComparison.Ordinal) || message.Topic != Topics.UrlGet(message.ThingName))
        {
            return Task.CompletedTask;
        }

        string campaign = ReadCampaign(message.Payload.ToArray());
        (string Url, long Expires)? fresh = campaigns.CreateUrl(campaign);
        var json = new JsonWriter();
        json.StartObject();
        json.Member(Fields.Campaign, campaign);
        if (fresh is (string url, long expires))
        {
            json.Member(Fields.Url, url);
            json.Member(Fields.UrlExpires, expires);
        }
        else
        {
            json.Member("code", 404);
            json.Member("message", "no such campaign runs");
        }

        json.EndObject();
        string topic = Topics.UrlGet(message.ThingName) + (fresh is null ? "/rejected" : "/accepted");
        return bus.PublishAsync(new BusMessage(topic, json.ToBytes()), cancellationToken);
    }

    private static string ReadCampaign(byte[] payload)
    {
        try
        {
            var json = new JsonReader(payload, 0, payload.Length, Contract.MaxJsonDepth);
            json.ReadStartObject();
            while (json.ReadName())
            {
                if (json.ValueEquals(Fields.Campaign))
                {
                    string name = json.ReadString();
                    return Contract.IsValidName(name) ? name : string.Empty;
                }

                json.Skip();
            }
        }
        catch (JsonFormatException)
        {
            // Answered as a campaign that is not there.
            return string.Empty;
        }

        return string.Empty;
    }
}
