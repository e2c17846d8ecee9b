using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Rest;

/// <summary>A request, read with checks: whatever is not as AWS's model says is an <c>InvalidRequestException</c> that names the member.</summary>
public sealed class OperationRequest
{
    private static readonly UTF8Encoding s_utf8 = new(false, true);

    private readonly IReadOnlyDictionary<string, string> _path;
    private readonly IReadOnlyDictionary<string, string> _query;
    private readonly Func<string, string?> _header;
    private JsonObject? _body;

    /// <summary>Creates the request.</summary>
    /// <param name="caller">Who makes it.</param>
    /// <param name="path">Values of the path's variables.</param>
    /// <param name="query">Values of the query.</param>
    /// <param name="header">Reads a header.</param>
    /// <param name="raw">The body.</param>
    public OperationRequest(Caller caller, IReadOnlyDictionary<string, string> path, IReadOnlyDictionary<string, string> query, Func<string, string?> header, ReadOnlyMemory<byte> raw)
    {
        Caller = caller;
        _path = path;
        _query = query;
        _header = header;
        Raw = raw;
    }

    /// <summary>Who makes it.</summary>
    public Caller Caller { get; }

    /// <summary>The body's bytes.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>The body as a JSON object; empty where there is none.</summary>
    public JsonObject Body => _body ??= Parse();

    /// <summary>The names of the query's parameters.</summary>
    public IEnumerable<string> QueryNames => _query.Keys;

    /// <summary>The refusal of a request that is not as it should be.</summary>
    /// <param name="message">What is wrong.</param>
    /// <returns>The exception.</returns>
    public static CloudException Invalid(string message) => new(ErrorCodes.InvalidRequest, message);

    /// <summary>A value of the path.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value.</returns>
    public string Path(string name) => _path[name];

    /// <summary>A name in the path: 1 to 128 of a-z A-Z 0-9 : _ -.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value.</returns>
    public string PathName(string name) => CheckName(name, _path[name]);

    /// <summary>A value of the path that must match.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="pattern">The pattern.</param>
    /// <returns>The value.</returns>
    public string PathMatching(string name, Regex pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        string value = _path[name];
        return pattern.IsMatch(value) ? value : throw Invalid($"{name}: does not match {pattern}");
    }

    /// <summary>A value of the query, or null.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value.</returns>
    public string? Query(string name) => _query.GetValueOrDefault(name);

    /// <summary>A number of the query.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="from">The smallest.</param>
    /// <param name="to">The largest.</param>
    /// <returns>The number, or null.</returns>
    public long? QueryNumber(string name, long from = 0, long to = long.MaxValue) => Query(name) is not string text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= from && value <= to ? value
        : throw Invalid($"{name}: {from} to {to}");

    /// <summary>A truth of the query.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The truth; false where there is none.</returns>
    public bool QueryFlag(string name) => Query(name) switch
    {
        null => false,
        "true" => true,
        "false" => false,
        _ => throw Invalid($"{name}: true or false"),
    };

    /// <summary>A header.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value, or null.</returns>
    public string? Header(string name) => _header(name);

    /// <summary>A header that must be there.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value.</returns>
    public string RequiredHeader(string name) => _header(name) is { Length: > 0 } value ? value : throw Invalid($"{name}: missing");

    /// <summary>A text of the body.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="max">Its greatest length in characters.</param>
    /// <returns>The text, or null.</returns>
    public string? Text(string name, int max = int.MaxValue) => TextOf(Body, name, max);

    /// <summary>A text of the body that must be there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="max">Its greatest length in characters.</param>
    /// <returns>The text.</returns>
    public string RequiredText(string name, int max = int.MaxValue) => Text(name, max) ?? throw Invalid($"{name}: missing");

    /// <summary>A name of the body: 1 to 128 of a-z A-Z 0-9 : _ -.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The name, or null.</returns>
    public string? Name(string name) => Text(name) is string value ? CheckName(name, value) : null;

    /// <summary>A truth of the body.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The truth, or null.</returns>
    public bool? Flag(string name) => FlagOf(Body, name);

    /// <summary>A whole number of the body.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="from">The smallest.</param>
    /// <param name="to">The largest.</param>
    /// <returns>The number, or null.</returns>
    public long? Number(string name, long from = 0, long to = long.MaxValue) => Body[name] is not JsonNode node ? null
        : node is JsonValue value && value.TryGetValue(out long number) && number >= from && number <= to ? number
        : throw Invalid($"{name}: {from} to {to}");

    /// <summary>An object of the body.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The object, or null.</returns>
    public JsonObject? Member(string name) => ObjectOf(Body, name);

    /// <summary>A list of texts of the body.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The texts, or null.</returns>
    public IReadOnlyList<string>? Texts(string name) => TextsOf(Body, name);

    /// <summary>A page's size and where it begins.</summary>
    /// <param name="limitName">The query's name of the size.</param>
    /// <param name="tokenName">The query's name of the token.</param>
    /// <param name="max">The largest size, which is also the default.</param>
    /// <returns>Size, and the id after which the page begins.</returns>
    public (int Limit, string? After) Page(string limitName = "maxResults", string tokenName = "nextToken", int max = 250) =>
        ((int)(QueryNumber(limitName, 1, max) ?? max), Query(tokenName) is string token ? ReadToken(token) : null);

    /// <summary>A token that stands for an id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The token.</returns>
    public static string CreateToken(string id) => Convert.ToBase64String(Encoding.UTF8.GetBytes(id));

    /// <summary>The id a token stands for.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The id.</returns>
    public static string ReadToken(string token)
    {
        try
        {
            return s_utf8.GetString(Convert.FromBase64String(token));
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "nextToken: none of this service's", exception);
        }
    }

    /// <summary>A text of an object.</summary>
    /// <param name="parent">The object.</param>
    /// <param name="name">Its name.</param>
    /// <param name="max">Its greatest length.</param>
    /// <returns>The text, or null.</returns>
    public static string? TextOf(JsonObject parent, string name, int max = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return parent[name] is not JsonNode node ? null
            : node is not JsonValue value || !value.TryGetValue(out string? text) ? throw Invalid($"{name}: not a text")
            : text.Length <= max ? text : throw Invalid($"{name}: at most {max} characters");
    }

    /// <summary>A truth of an object.</summary>
    /// <param name="parent">The object.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The truth, or null.</returns>
    public static bool? FlagOf(JsonObject parent, string name)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return parent[name] is not JsonNode node ? null
            : node is JsonValue value && value.TryGetValue(out bool flag) ? flag : throw Invalid($"{name}: true or false");
    }

    /// <summary>An object of an object.</summary>
    /// <param name="parent">The object.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The object, or null.</returns>
    public static JsonObject? ObjectOf(JsonObject parent, string name)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return parent[name] is not JsonNode node ? null : node as JsonObject ?? throw Invalid($"{name}: not an object");
    }

    /// <summary>A list of texts of an object.</summary>
    /// <param name="parent">The object.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The texts, or null.</returns>
    public static IReadOnlyList<string>? TextsOf(JsonObject parent, string name)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return parent[name] is not JsonNode node ? null
            : node is not JsonArray items ? throw Invalid($"{name}: not a list")
            : [.. items.Select(item => item is JsonValue value && value.TryGetValue(out string? text) ? text : throw Invalid($"{name}: not a list of texts"))];
    }

    /// <summary>Checks a name.</summary>
    /// <param name="parameter">What it is the name of.</param>
    /// <param name="value">The name.</param>
    /// <returns>The name.</returns>
    public static string CheckName(string parameter, string value) => Contract.IsValidName(value) ? value : throw Invalid($"{parameter}: 1 to 128 of a-z A-Z 0-9 : _ -");

    private JsonObject Parse()
    {
        if (Raw.IsEmpty)
        {
            return [];
        }

        try
        {
            return StrictJson.Parse(Raw.Span) as JsonObject ?? throw Invalid("The body is not a JSON object.");
        }
        catch (StrictJsonException exception)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "The body is not valid JSON: " + exception.Message, exception);
        }
    }
}
