using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Sql;

namespace NanoIoT.Cloud.Rules;

/// <summary>A text with substitution templates, <c>${expression}</c>, each evaluated on the message.</summary>
internal sealed class Template
{
    private readonly List<(bool IsExpression, string Text)> _parts;

    private Template(List<(bool IsExpression, string Text)> parts) => _parts = parts;

    /// <summary>Its expressions.</summary>
    public IEnumerable<string> Expressions => _parts.Where(part => part.IsExpression).Select(part => part.Text);

    public bool IsConstant => _parts.TrueForAll(part => !part.IsExpression);

    /// <summary>Reads a text.</summary>
    /// <exception cref="Hosting.CloudException">A template has no end.</exception>
    public static Template Parse(string text)
    {
        var parts = new List<(bool, string)>();
        int at = 0;
        while (at < text.Length)
        {
            int start = text.IndexOf("${", at, StringComparison.Ordinal);
            if (start < 0)
            {
                break;
            }

            int end = FindEnd(text, start + 2);
            if (end < 0)
            {
                throw OperationRequest.Invalid($"the substitution template has no end: {text}");
            }

            if (start > at)
            {
                parts.Add((false, text[at..start]));
            }

            parts.Add((true, text[(start + 2)..end]));
            at = end + 1;
        }

        if (at < text.Length || parts.Count == 0)
        {
            parts.Add((false, text[at..]));
        }

        return new Template(parts);
    }

    /// <summary>Fills in a message's values; what has none is left empty.</summary>
    public string Render(SqlContext context, IReadOnlyDictionary<string, SqlEvaluator> compiled)
    {
        var text = new StringBuilder();
        foreach ((bool isExpression, string part) in _parts)
        {
            text.Append(isExpression ? compiled[part](context).ToText() : part);
        }

        return text.ToString();
    }

    /// <summary>All texts of a setting.</summary>
    public static IEnumerable<string> TextsOf(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => TextsOf(member.Value)),
        JsonArray items => items.SelectMany(TextsOf),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };

    /// <summary>A copy of a setting with all its texts filled in.</summary>
    public static JsonNode? Render(JsonNode? node, Func<string, string> render) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Render(member.Value, render)))),
        JsonArray items => new JsonArray([.. items.Select(item => Render(item, render))]),
        JsonValue value when value.TryGetValue(out string? text) => JsonValue.Create(render(text)),
        _ => node?.DeepClone(),
    };

    /// <summary>The brace that ends a template: those within strings and objects do not.</summary>
    private static int FindEnd(string text, int at)
    {
        int depth = 0;
        char quote = '\0';
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '{')
            {
                depth++;
            }
            else if (c == '}' && depth-- == 0)
            {
                return at;
            }
        }

        return -1;
    }
}
