using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Rules.Destinations;

/// <summary>Destinations of HTTP actions. Each gets a token by POST, and is enabled when the token comes back: nobody is posted to who did not ask for it.</summary>
internal sealed class RuleDestinations
{
    public const string Enabled = "ENABLED";
    public const string InProgress = "IN_PROGRESS";
    public const string Disabled = "DISABLED";

    /// <summary>The name confirmations are queued under.</summary>
    private const string Source = "@destination";
    private const int TokenBytes = 32;

    private readonly RecordStore _records;
    private readonly RecordTable<RuleDestination> _table;
    private readonly DeliveryQueue _queue;
    private readonly Arns _arns;
    private readonly ServiceAddress _address;
    private readonly PrivateTargets _privateTargets;

    public RuleDestinations(RecordStore records, DeliveryQueue queue, Arns arns, ServiceAddress address, PrivateTargets privateTargets)
    {
        _privateTargets = privateTargets;
        _records = records;
        _table = records.Open<RuleDestination>("ruleDestination", destination => destination.Arn);
        _queue = queue;
        _arns = arns;
        _address = address;
    }

    public IReadOnlyList<RuleDestination> List(string? after, int limit) => _table.Range(string.Empty, after, limit);

    public RuleDestination? Find(string arn) => _table.Get(arn);

    /// <summary>Whether a URL may be posted to.</summary>
    public bool IsEnabled(string url) => _table.Range().Any(destination => destination.Status == Enabled && Covers(destination.ConfirmationUrl, url));

    /// <summary>Creates a destination and asks its owner; one there is for the URL is kept.</summary>
    public async Task<RuleDestination> CreateAsync(string confirmationUrl, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(confirmationUrl, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
        {
            throw OperationRequest.Invalid("confirmationUrl: http:// or https://");
        }

        _privateTargets.Check(confirmationUrl);
        if (_table.Range().FirstOrDefault(item => item.ConfirmationUrl == confirmationUrl) is RuleDestination known)
        {
            return known;
        }

        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        RuleDestination created = await _records.WriteAsync(
            "CreateTopicRuleDestination",
            transaction => transaction.Put(_table, new RuleDestination
            {
                Arn = _arns.Of("ruledestination/http/" + Guid.NewGuid()),
                ConfirmationUrl = confirmationUrl,
                Status = InProgress,
                TokenHash = IdentityStore.Hash(token),
                Created = transaction.Now,
                Updated = transaction.Now,
            }),
            cancellationToken).ConfigureAwait(false);
        await AskAsync(created, token, cancellationToken).ConfigureAwait(false);
        return created;
    }

    /// <summary>Sets a status: IN_PROGRESS asks the owner again.</summary>
    public async Task SetStatusAsync(string arn, string status, CancellationToken cancellationToken)
    {
        RuleDestination known = _table.Get(arn) ?? throw NotFound(arn);
        if (status is not (Enabled or InProgress or Disabled))
        {
            throw OperationRequest.Invalid("status: ENABLED, IN_PROGRESS or DISABLED");
        }

        if (status == Enabled && known.Status == InProgress)
        {
            throw OperationRequest.Invalid("status: the destination is not confirmed yet; its token comes with the confirmation message");
        }

        string? token = status == InProgress ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)) : null;
        RuleDestination changed = await _records.WriteAsync(
            "UpdateTopicRuleDestination",
            transaction =>
            {
                RuleDestination current = transaction.Get(_table, arn) ?? throw NotFound(arn);
                return transaction.Put(_table, current with { Status = status, TokenHash = token is null ? current.TokenHash : IdentityStore.Hash(token), Updated = transaction.Now });
            },
            cancellationToken).ConfigureAwait(false);
        if (token is not null)
        {
            await AskAsync(changed, token, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task DeleteAsync(string arn, CancellationToken cancellationToken) => _records.WriteAsync(
        "DeleteTopicRuleDestination", transaction => _ = transaction.Delete(_table, arn) ?? throw NotFound(arn), cancellationToken);

    /// <summary>Enables the destination a token is of.</summary>
    public Task ConfirmAsync(string token, CancellationToken cancellationToken)
    {
        string hash = IdentityStore.Hash(token);
        return _records.WriteAsync(
            "ConfirmTopicRuleDestination",
            transaction =>
            {
                RuleDestination found = transaction.List(_table, string.Empty).FirstOrDefault(item => item.TokenHash == hash && item.Status is InProgress or Enabled)
                    ?? throw new CloudException(ErrorCodes.InvalidRequest, "confirmationToken is not valid, or its destination was deleted.");
                if (found.Status != Enabled)
                {
                    transaction.Put(_table, found with { Status = Enabled, Updated = transaction.Now });
                }
            },
            cancellationToken);
    }

    /// <summary>As AWS, whose operations on destinations have no error for what is unknown: access to it is denied.</summary>
    internal static CloudException NotFound(string arn) =>
        new(ErrorCodes.Unauthorized, $"Access to topic rule destination '{arn}' was denied: the destination does not exist.");

    /// <summary>Whether a URL is of a destination: its beginning, up to a boundary, so that example.com does not stand for example.com.evil.org.</summary>
    private static bool Covers(string confirmed, string url)
    {
        if (!url.StartsWith(confirmed, StringComparison.Ordinal))
        {
            return false;
        }

        return url.Length == confirmed.Length || confirmed.EndsWith('/') || url[confirmed.Length] is '/' or '?' or '#';
    }

    private Task AskAsync(RuleDestination destination, string token, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["arn"] = destination.Arn,
            ["confirmationToken"] = token,
            ["enableUrl"] = $"{_address.BaseUrl}/confirmdestination/{token}",
            ["messageType"] = "DestinationConfirmation",
        };
        var settings = new JsonObject
        {
            ["url"] = destination.ConfirmationUrl,
            ["headers"] = new JsonArray(new JsonObject { ["key"] = "x-amz-rules-engine-message-type", ["value"] = "DestinationConfirmation" }, new JsonObject { ["key"] = "x-amz-rules-engine-destination-arn", ["value"] = destination.Arn }),
        };
        return _queue.AddAsync(
            [new DeliveryJob(Source + "|" + destination.Arn, Source, "webhook", settings.ToJsonString(RecordStore.Json), Encoding.UTF8.GetBytes(body.ToJsonString(RecordStore.Json)), new DeliverySource(destination.Arn, 0, null, null, null, null))],
            cancellationToken);
    }
}
