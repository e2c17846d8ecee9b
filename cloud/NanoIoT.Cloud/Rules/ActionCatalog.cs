using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Actions;

namespace NanoIoT.Cloud.Rules;

/// <summary>The types of action there are, and AWS's that there are not.</summary>
internal sealed class ActionCatalog(IEnumerable<IActionType> types)
{
    private readonly Dictionary<string, IActionType> _types = types.ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>AWS's actions that are refused, with what to do instead.</summary>
    public static IReadOnlyDictionary<string, string> Refused { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["cloudwatchAlarm"] = "a webhook, or a lambda that sets the alarm",
        ["cloudwatchLogs"] = "log, or firehose",
        ["cloudwatchMetric"] = "a webhook, or a lambda that puts the metric",
        ["elasticsearch"] = "firehose to the domain, or a webhook",
        ["iotAnalytics"] = "archive, or firehose",
        ["iotEvents"] = "lambda",
        ["iotSiteWise"] = "lambda",
        ["kafka"] = "kinesis, or a webhook to a Kafka REST proxy",
        ["location"] = "lambda",
        ["openSearch"] = "firehose to the domain, or a webhook",
        ["salesforce"] = "a webhook",
        ["stepFunctions"] = "lambda",
        ["timestream"] = "lambda, or kinesis",
    };

    public IEnumerable<IActionType> All => _types.Values.Where(type => type.Name != EvaluateAction.TypeName).OrderBy(type => !type.IsAws).ThenBy(type => type.Name, StringComparer.Ordinal);

    public IActionType? Find(string name) => _types.GetValueOrDefault(name);

    /// <summary>An action's type and settings, checked.</summary>
    /// <param name="action">An object of one member.</param>
    /// <param name="where">What it is called in an error.</param>
    /// <exception cref="Hosting.CloudException">It cannot work.</exception>
    public (IActionType Type, JsonObject Settings) Read(JsonNode? action, string where)
    {
        if (action is not JsonObject { Count: 1 } members)
        {
            throw OperationRequest.Invalid($"{where}: an object of one member, the action's type");
        }

        (string name, JsonNode? value) = members.First();
        if (Refused.TryGetValue(name, out string? instead))
        {
            throw OperationRequest.Invalid($"{where}: the action {name} is not supported (instead: {instead})");
        }

        if (name.StartsWith('@') || !_types.TryGetValue(name, out IActionType? type))
        {
            throw OperationRequest.Invalid($"{where}: there is no action {name} (there are: {string.Join(", ", All.Select(item => item.Name))})");
        }

        JsonObject settings = value as JsonObject ?? throw OperationRequest.Invalid($"{where}.{name}: not an object");
        type.Check(settings);
        return (type, settings);
    }
}
