using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Rules.Sql;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Rules;

/// <summary>An action of a rule, its templates parsed.</summary>
internal sealed class CompiledAction
{
    private readonly JsonObject _settings;
    private readonly Dictionary<string, Template> _templates = new(StringComparer.Ordinal);
    private readonly string? _constant;

    public CompiledAction(IActionType type, JsonObject settings, string lane)
    {
        Type = type;
        Lane = lane;
        _settings = settings;
        foreach (string text in Template.TextsOf(settings))
        {
            Template template = Template.Parse(text);
            if (!template.IsConstant)
            {
                _templates[text] = template;
            }
        }

        _constant = _templates.Count == 0 ? settings.ToJsonString(RecordStore.Json) : null;
        IsInline = type.IsInline(settings);
    }

    public IActionType Type { get; }

    /// <summary>The queue its deliveries stand in.</summary>
    public string Lane { get; }

    /// <summary>Whether it is done before the message is acknowledged, and has no queue.</summary>
    public bool IsInline { get; }

    /// <summary>Expressions of its templates.</summary>
    public IEnumerable<string> Expressions => _templates.Values.SelectMany(template => template.Expressions);

    /// <summary>Its settings for a message, as JSON.</summary>
    public string Render(SqlContext context, IReadOnlyDictionary<string, SqlEvaluator> compiled) =>
        _constant ?? Template.Render(_settings, text => _templates.TryGetValue(text, out Template? template) ? template.Render(context, compiled) : text)!.ToJsonString(RecordStore.Json);
}
