using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Writes results into the service's log.</summary>
internal sealed partial class LogAction(ILogger<LogAction> logger) : ActionBase
{
    private const int MaxCharacters = 1000;

    public override string Name => "log";

    public override string Summary => "a line of the service's log for each result";

    public override bool IsAws => false;

    protected override IReadOnlyCollection<string> Known => ["level"];

    public override void Check(JsonObject settings)
    {
        base.Check(settings);
        if (OperationRequest.TextOf(settings, "level") is string level && level is not ("information" or "warning" or "error"))
        {
            throw OperationRequest.Invalid("log.level: information, warning or error");
        }
    }

    public override bool IsInline(JsonObject settings) => true;

    protected override Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken)
    {
        // Control characters would let a device write lines of its own.
        string text = string.Concat(Encoding.UTF8.GetString(job.Payload.Span).Take(MaxCharacters).Select(c => char.IsControl(c) ? ' ' : c));
        LogLevel level = job.Parsed["level"]?.ToString() switch { "warning" => LogLevel.Warning, "error" => LogLevel.Error, _ => LogLevel.Information };
        LogResult(level, job.Rule, job.Source.Topic, text);
        return Task.FromResult(DeliveryOutcome.Done);
    }

    [LoggerMessage(Message = "rule {Rule}: {Topic}: {Result}")]
    private partial void LogResult(LogLevel level, string rule, string topic, string result);
}
