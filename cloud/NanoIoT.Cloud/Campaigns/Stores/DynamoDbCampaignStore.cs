using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.DynamoDb;
using static NanoIoT.Cloud.Storage.DynamoDb.Attributes;

namespace NanoIoT.Cloud.Campaigns.Stores;

/// <summary>
/// Campaigns and progress in DynamoDB. A report is one item of the progress table, with the keys and attributes that the progress
/// rule gives it, so that AWS IoT Core's rule and this service write the same items: writing one again changes nothing, in
/// whatever order they come, and one write unit stores a report. Counts are a recount of the items: there is no counter to be hot
/// or to drift. A campaign is written by who saw its latest version; the step it took goes into its history in the same transaction.
/// </summary>
/// <param name="database">The tables.</param>
/// <param name="records">The audit log, which is written in one transaction with a campaign; null where nothing is audited (tests).</param>
/// <param name="ruleHead">How long a rule of AWS IoT's that writes reports too is given to be first, so that each is written once; null where there is none.</param>
public sealed class DynamoDbCampaignStore(DynamoDbDatabase database, TimeSpan? ruleHead = null, IAuditedWrites? records = null) : ICampaignStore
{
    private const string Campaigns = "campaigns";
    private const string Events = "campaign_events";
    private const string Progress = "progress";
    private const int MaxDetail = 200;
    private const long LifeSeconds = 34_560_000;
    private const string Parts = "0123456789abcdef";
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await database.CreateAsync(Campaigns, ("id", ScalarAttributeType.S), null, null, cancellationToken).ConfigureAwait(false);
        await database.CreateAsync(Events, ("campaign", ScalarAttributeType.S), ("version", ScalarAttributeType.N), null, cancellationToken).ConfigureAwait(false);
        await database.CreateAsync(Progress, ("part", ScalarAttributeType.S), ("report", ScalarAttributeType.S), "expires", cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Campaign>> ListAsync(CancellationToken cancellationToken)
    {
        var campaigns = new List<Campaign>();
        await foreach (Dictionary<string, AttributeValue> item in database.ScanAsync(Campaigns, cancellationToken).ConfigureAwait(false))
        {
            campaigns.Add(Parse(item));
        }

        return campaigns;
    }

    /// <inheritdoc/>
    public async Task<Campaign?> FindAsync(string id, CancellationToken cancellationToken) =>
        await database.GetAsync(Campaigns, Key("id", id), cancellationToken).ConfigureAwait(false) is Dictionary<string, AttributeValue> item ? Parse(item) : null;

    /// <inheritdoc/>
    public async Task<bool> SaveAsync(Campaign campaign, CampaignEvent? step, AuditNote? audit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        Dictionary<string, AttributeValue> item = Describe(campaign);
        string condition = campaign.Version == 1 ? "attribute_not_exists(id)" : "version = :before";
        Dictionary<string, AttributeValue>? values = campaign.Version == 1 ? null : new() { [":before"] = Number(campaign.Version - 1) };
        if (step is null && audit is null)
        {
            return await database.PutAsync(Campaigns, item, condition, values, cancellationToken).ConfigureAwait(false);
        }

        var items = new List<TransactWriteItem>
        {
            new() { Put = new Put { TableName = database.NameOf(Campaigns), Item = item, ConditionExpression = condition, ExpressionAttributeValues = values } },
        };
        if (step is not null)
        {
            items.Add(new TransactWriteItem { Put = new Put { TableName = database.NameOf(Events), Item = Describe(campaign.Id, step) } });
        }

        return audit is null
            ? await database.TransactAsync(items, cancellationToken).ConfigureAwait(false)
            : await Audited.WriteAsync(audit, items, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a campaign that was another store's.</summary>
    internal async Task WriteAsync(Campaign campaign, IReadOnlyList<CampaignEvent> history, IReadOnlyList<ProgressEntry> progress, CancellationToken cancellationToken)
    {
        await database.PutAllAsync(Events, history.Select(step => Describe(campaign.Id, step)), cancellationToken).ConfigureAwait(false);
        await database.PutAllAsync(Progress, progress.Select(entry => Describe(campaign.Id, entry)), cancellationToken).ConfigureAwait(false);
        await database.PutAllAsync(Campaigns, [Describe(campaign)], cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string id, AuditNote? audit, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not Campaign campaign)
        {
            return;
        }

        foreach (string part in PartsOf(campaign))
        {
            await DeleteAllAsync(Progress, "part", part, "report", cancellationToken).ConfigureAwait(false);
        }

        await DeleteAllAsync(Events, "campaign", id, "version", cancellationToken).ConfigureAwait(false);
        if (audit is null)
        {
            await database.DeleteAsync(Campaigns, Key("id", id), cancellationToken).ConfigureAwait(false);
            return;
        }

        // Where another replica deleted it meanwhile, the entry is that replica's.
        var delete = new Delete { TableName = database.NameOf(Campaigns), Key = Key("id", id), ConditionExpression = "attribute_exists(id)" };
        await Audited.WriteAsync(audit, [new TransactWriteItem { Delete = delete }], cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CampaignEvent>> HistoryAsync(string id, CancellationToken cancellationToken) =>
        [.. (await QueryAsync(Events, "campaign", id, null, cancellationToken).ConfigureAwait(false))
            .Select(item => new CampaignEvent(Long(item, "at"), item["who"].S, item["what"].S, item["why"].S, (int)Long(item, "stage"), Long(item, "version")))];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ProgressEntry>> ProgressAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not Campaign campaign)
        {
            return [];
        }

        List<Dictionary<string, AttributeValue>>[] parts = await Task.WhenAll(PartsOf(campaign).Select(part => QueryAsync(Progress, "part", part, null, cancellationToken))).ConfigureAwait(false);
        return [.. parts.SelectMany(items => items).GroupBy(item => item["thing"].S, StringComparer.Ordinal).Select(Newest)];
    }

    /// <inheritdoc/>
    public async Task<ProgressEntry?> AddAsync(string id, ProgressEntry entry, int lastAttempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (ruleHead is TimeSpan head)
        {
            await Task.Delay(head, cancellationToken).ConfigureAwait(false);
            List<Dictionary<string, AttributeValue>> reports = await ReportsAsync(id, entry.Thing, lastAttempt, cancellationToken).ConfigureAwait(false);
            Dictionary<string, AttributeValue> described = Describe(id, entry);
            if (reports.Find(item => item["part"].S == described["part"].S && item["report"].S == described["report"].S) is Dictionary<string, AttributeValue> stored)
            {
                await CompleteAsync(stored, described, reports, cancellationToken).ConfigureAwait(false);
                return IfNewest(Newest(reports), entry);
            }
        }

        if (!await database.PutAsync(Progress, Describe(id, entry), "attribute_not_exists(part)", null, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        return IfNewest(await FindProgressAsync(id, entry.Thing, lastAttempt, cancellationToken).ConfigureAwait(false), entry);
    }

    /// <inheritdoc/>
    public async Task<ProgressEntry?> FindProgressAsync(string id, string thing, int lastAttempt, CancellationToken cancellationToken)
    {
        List<Dictionary<string, AttributeValue>> reports = await ReportsAsync(id, thing, lastAttempt, cancellationToken).ConfigureAwait(false);
        return reports.Count == 0 ? null : Newest(reports);
    }

    private IAuditedWrites Audited => records ?? throw new InvalidOperationException("This store was opened without the audit log.");

    private static Dictionary<string, AttributeValue> Describe(Campaign campaign) =>
        new() { ["id"] = Text(campaign.Id), ["version"] = Number(campaign.Version), ["record"] = Text(JsonSerializer.Serialize(campaign, s_json)) };

    private static Dictionary<string, AttributeValue> Describe(string id, CampaignEvent step) => new()
    {
        ["campaign"] = Text(id),
        ["version"] = Number(step.Version),
        ["at"] = Number(step.At),
        ["who"] = Text(step.Who),
        ["what"] = Text(step.What),
        ["why"] = Text(step.Why),
        ["stage"] = Number(step.Stage),
    };

    private static string PartOf(string campaign, string thing) => $"{campaign}#{PartDigit(thing)}";

    /// <summary>The first digit of the name's MD5, as the rule has it: it spreads keys and protects nothing.</summary>
    private static char PartDigit(string thing)
    {
#pragma warning disable CA5351 // the rule's language has no other digest that is as short to write
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(thing)))[0];
#pragma warning restore CA5351
    }

    private static IEnumerable<string> PartsOf(Campaign campaign) =>
        Enumerable.Range(0, campaign.Attempt + 1).SelectMany(attempt => Parts.Select(digit => $"{PlanRules.Join(campaign.Id, attempt)}#{digit}"));

    private static Dictionary<string, AttributeValue> Describe(string id, ProgressEntry entry)
    {
        string campaign = PlanRules.Join(id, entry.Attempt);
        var item = new Dictionary<string, AttributeValue>
        {
            ["part"] = Text(PartOf(campaign, entry.Thing)),
            ["report"] = Text(string.Create(CultureInfo.InvariantCulture, $"{entry.Thing}#{entry.Sequence}")),
            ["thing"] = Text(entry.Thing),
            ["campaign"] = Text(campaign),
            ["seq"] = Number(entry.Sequence),
            ["state"] = Text(entry.State),
            ["from"] = Text(entry.From),
            ["to"] = Text(entry.To),
            ["bytes"] = Number(entry.Bytes),
            ["ts"] = Number(entry.Timestamp),
            ["received"] = Number(entry.Received),
            ["expires"] = Number((entry.Received / 1000) + LifeSeconds),
        };
        Add(item, "thingId", entry.ThingId.Length == 0 ? null : Text(entry.ThingId));
        Add(item, "stage", entry.Stage is int stage ? Number(stage) : null);
        Add(item, "reason", entry.Reason is null ? null : Text(entry.Reason));
        Add(item, "detail", entry.Detail is null ? null : Text(entry.Detail.Length > MaxDetail ? entry.Detail[..MaxDetail] : entry.Detail));
        Add(item, "copied", entry.Copied == 0 ? null : Number(entry.Copied));
        return item;
    }

    /// <summary>A board's entry from its reports.</summary>
    private static ProgressEntry Newest(IEnumerable<Dictionary<string, AttributeValue>> reports)
    {
        ProgressEntry[] all = [.. reports.Select(Read).OrderBy(entry => entry.Attempt).ThenBy(entry => entry.Sequence)];
        return all[^1] with
        {
            Stage = all.FirstOrDefault(entry => entry.Stage is not null)?.Stage,
            ThingId = all.FirstOrDefault(entry => entry.ThingId.Length > 0)?.ThingId ?? string.Empty,
            Reports = all.Count(entry => entry.Sequence >= 0),
        };
    }

    private static ProgressEntry Read(Dictionary<string, AttributeValue> item) => new()
    {
        Thing = item["thing"].S,
        ThingId = Optional(item, "thingId") ?? string.Empty,
        Stage = item.ContainsKey("stage") ? (int)Long(item, "stage") : null,
        Attempt = PlanRules.Split(item["campaign"].S).Attempt,
        Sequence = (int)Long(item, "seq"),
        State = item["state"].S,
        Reason = Optional(item, "reason"),
        Detail = Optional(item, "detail"),
        From = Optional(item, "from") ?? string.Empty,
        To = Optional(item, "to") ?? string.Empty,
        Bytes = Long(item, "bytes"),
        Copied = Long(item, "copied"),
        Timestamp = Long(item, "ts"),
        Received = Long(item, "received"),
    };

    private static Campaign Parse(Dictionary<string, AttributeValue> item) => JsonSerializer.Deserialize<Campaign>(item["record"].S, s_json)!;

    private static ProgressEntry? IfNewest(ProgressEntry? newest, ProgressEntry entry) =>
        newest is not null && newest.Attempt == entry.Attempt && newest.Sequence == entry.Sequence ? newest : null;

    /// <summary>A few items of one board: its reports of this call and of those before.</summary>
    private async Task<List<Dictionary<string, AttributeValue>>> ReportsAsync(string id, string thing, int lastAttempt, CancellationToken cancellationToken)
    {
        var reports = new List<Dictionary<string, AttributeValue>>();
        for (int call = 0; call <= lastAttempt; call++)
        {
            reports.AddRange(await QueryAsync(Progress, "part", PartOf(PlanRules.Join(id, call), thing), thing + "#", cancellationToken).ConfigureAwait(false));
        }

        return reports;
    }

    /// <summary>Gives what a rule wrote, which knows no stages, the stage of the board, once a board.</summary>
    private async Task CompleteAsync(Dictionary<string, AttributeValue> stored, Dictionary<string, AttributeValue> described, List<Dictionary<string, AttributeValue>> reports, CancellationToken cancellationToken)
    {
        if (!described.TryGetValue("stage", out AttributeValue? stage) || reports.Exists(item => item.ContainsKey("stage")))
        {
            return;
        }

        var update = new UpdateItemRequest
        {
            Key = new() { ["part"] = stored["part"], ["report"] = stored["report"] },
            ConditionExpression = "attribute_exists(part)",
            UpdateExpression = "SET stage = :stage",
            ExpressionAttributeValues = new() { [":stage"] = stage },
        };
        stored["stage"] = stage;
        if (described.TryGetValue("thingId", out AttributeValue? thingId))
        {
            update.UpdateExpression += ", thingId = :thing";
            update.ExpressionAttributeValues[":thing"] = thingId;
            stored["thingId"] = thingId;
        }

        await database.UpdateAsync(Progress, update, cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<Dictionary<string, AttributeValue>>> QueryAsync(string table, string key, string value, string? begins, CancellationToken cancellationToken)
    {
        Dictionary<string, AttributeValue> values = Key(":value", value);
        Add(values, ":begins", begins is null ? null : Text(begins));
        string condition = "#key = :value" + (begins is null ? string.Empty : " AND begins_with(report, :begins)");
        var items = new List<Dictionary<string, AttributeValue>>();
        await foreach (Dictionary<string, AttributeValue> item in database.QueryAsync(table, condition, new Dictionary<string, string> { ["#key"] = key }, values, cancellationToken).ConfigureAwait(false))
        {
            items.Add(item);
        }

        return items;
    }

    private async Task DeleteAllAsync(string table, string key, string value, string range, CancellationToken cancellationToken) => await database.DeleteAllAsync(
        table,
        (await QueryAsync(table, key, value, null, cancellationToken).ConfigureAwait(false)).Select(item => new Dictionary<string, AttributeValue> { [key] = item[key], [range] = item[range] }),
        cancellationToken).ConfigureAwait(false);
}
