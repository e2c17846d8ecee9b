using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Rules;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Rules.Tables;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Cloud.Campaigns.Progress;

/// <summary>
/// The progress table, which an ordinary rule writes: every report is an item, and the report of a success writes the version
/// into the registry. A campaign's reports lie in 16 parts, so that no key is hot; in a part, the board's name and the report's
/// number make a repeated or late report harmless. Items expire after 400 days where the table has that switched on.
/// </summary>
/// <param name="campaigns">The campaigns.</param>
/// <param name="fleet">The things there are.</param>
/// <param name="registry">Which certificate is attached to which thing.</param>
/// <param name="refusals">Where refused reports are logged.</param>
internal sealed class ProgressTable(ICampaignService campaigns, IFleet fleet, IRegistry registry, RefusalLog refusals) : ILocalTable
{
    private const int CertificateIdLength = 64;
    private const string Table = "nanoiot_progress";
    private const string Thing = "thing";

    /// <summary>The rule that writes it, as it stands in the template for AWS.</summary>
    public static Rule Rule { get; } = new()
    {
        Name = Table,
        Sql = "SELECT *, topic(3) AS thing, concat(campaign, '#', substring(md5(topic(3)), 0, 1)) AS part, concat(topic(3), '#', seq) AS report, "
            + "timestamp() AS received, floor(timestamp() / 1000) + 34560000 AS expires FROM 'nanoiot/things/+/ota/progress'",
        Description = "Every progress report of a board to the progress table.",
        Actions = [new JsonObject { ["dynamoDBv2"] = new JsonObject { ["putItem"] = new JsonObject { ["tableName"] = Table } } }],
        IsBuiltIn = true,
    };

    /// <inheritdoc/>
    public string Name => Table;

    /// <inheritdoc/>
    public string HashKey => "part";

    /// <inheritdoc/>
    public string? RangeKey => "report";

    /// <summary>
    /// Checks a report and stores it. A report that is refused is logged and is no failure of the rule: a dead letter for each would
    /// let one board write to the store at any rate.
    /// </summary>
    /// <inheritdoc/>
    public async Task<string?> PutAsync(JsonObject? item, DeliverySource source, CancellationToken cancellationToken)
    {
        if (item?[Thing] is not JsonValue name || !name.TryGetValue(out string? thing) || !Contract.IsValidName(thing))
        {
            refusals.Add(ReportRefusals.Malformed, string.Empty, $"The message on topic '{source.Topic}' is not a JSON object with the name of a thing.");
            return null;
        }

        if (!IsSender(thing, source))
        {
            refusals.Add(ReportRefusals.WrongSender, thing, $"It was sent by client '{source.ClientId}' with certificate {source.Principal}, which is not attached to the thing.");
            return null;
        }

        ProgressReport report;
        try
        {
            report = ProgressReport.Parse(Encoding.UTF8.GetBytes(item.ToJsonString(RecordStore.Json)));
        }
        catch (JsonFormatException exception)
        {
            refusals.Add(ReportRefusals.Malformed, thing, exception.Message);
            return null;
        }

        ReportOutcome outcome = await campaigns.ReceiveReportAsync(thing, report, cancellationToken).ConfigureAwait(false);
        if (outcome.Refusal is not null)
        {
            refusals.Add(outcome.Refusal, thing, $"{outcome.Detail} {Describe(report)}");
            return null;
        }

        if (report.State == UpdateStates.Succeeded)
        {
            await fleet.SetFirmwareAsync(thing, report.Component, report.To, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private static string Describe(ProgressReport report)
    {
        string reason = string.IsNullOrEmpty(report.Reason) ? string.Empty : $", reason '{report.Reason}'";
        string detail = string.IsNullOrEmpty(report.Detail) ? string.Empty : $", detail '{report.Detail}'";
        return $"The board reported state '{report.State}'{reason}{detail}.";
    }

    /// <summary>A certificate speaks for the things that it is attached to; users and the service's own publishes speak for every thing.</summary>
    private bool IsSender(string thing, DeliverySource source)
    {
        bool isCertificate = source.Principal is { Length: CertificateIdLength } id && id.All(char.IsAsciiHexDigitLower);
        return !isCertificate || source.ClientId == thing || registry.ThingsOf("cert/" + source.Principal).Contains(thing);
    }
}
