using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Rules;
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
public sealed class ProgressTable(ICampaignService campaigns, IFleet fleet) : ILocalTable
{
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

    /// <inheritdoc/>
    public async Task<string?> PutAsync(JsonObject item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item[Thing] is not JsonValue name || !name.TryGetValue(out string? thing) || !Contract.IsValidName(thing))
        {
            return "the report is of no thing";
        }

        ProgressReport report;
        try
        {
            report = ProgressReport.Parse(Encoding.UTF8.GetBytes(item.ToJsonString(RecordStore.Json)));
        }
        catch (JsonFormatException exception)
        {
            return "malformed report: " + exception.Message;
        }

        if (report.State == UpdateStates.Succeeded && SemanticVersion.Parse(report.To) is not null && Contract.IsValidName(report.Component))
        {
            await fleet.SetFirmwareAsync(thing, report.Component, report.To, cancellationToken).ConfigureAwait(false);
        }

        await campaigns.AddReportAsync(thing, report, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
