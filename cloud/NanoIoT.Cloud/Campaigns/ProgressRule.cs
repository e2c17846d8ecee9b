using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Rules;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>The built-in rule: every progress report goes to the progress table, and on success the version to the registry.</summary>
/// <param name="campaigns">The progress table.</param>
/// <param name="registry">The registry.</param>
/// <param name="logger">The log.</param>
public sealed partial class ProgressRule(ICampaignService campaigns, IRegistry registry, ILogger<ProgressRule> logger) : IRule
{
    private readonly ILogger<ProgressRule> _logger = logger;

    /// <inheritdoc/>
    public string Name => "nanoiot_progress";

    /// <inheritdoc/>
    public string TopicFilter => Topics.AllProgress;

    /// <inheritdoc/>
    public async Task ExecuteAsync(ClientMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        ProgressReport report;
        try
        {
            report = ProgressReport.Parse(message.Payload.ToArray());
        }
        catch (JsonFormatException exception)
        {
            // It will not get better by being sent again, so it is acknowledged.
            LogMalformed(message.ThingName, exception.Message);
            return;
        }

        if (report.State == UpdateStates.Succeeded && SemanticVersion.Parse(report.To) is not null && Contract.IsValidName(report.Component))
        {
            await registry.SetFirmwareAsync(message.ThingName, report.Component, report.To, cancellationToken).ConfigureAwait(false);
        }

        await campaigns.AddReportAsync(message.ThingName, report, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "malformed report of {Thing}: {Detail}")]
    private partial void LogMalformed(string thing, string detail);
}
