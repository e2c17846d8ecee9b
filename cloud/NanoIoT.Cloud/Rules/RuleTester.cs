using System.Text.Json.Nodes;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Sql;

namespace NanoIoT.Cloud.Rules;

/// <summary>Evaluates a statement on a message without doing anything, and says what each clause gave.</summary>
public static class RuleTester
{
    /// <summary>Evaluates a statement that reads nothing elsewhere; a service is not needed for it.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="version">Its version.</param>
    /// <param name="topic">The message's topic.</param>
    /// <param name="payload">The message's payload.</param>
    /// <param name="clientId">The client, or null.</param>
    /// <returns>The result and the explanation, or null where the statement reads elsewhere.</returns>
    /// <exception cref="CloudException">The statement is none, or the topic.</exception>
    public static JsonObject? Test(string sql, string version, string topic, ReadOnlyMemory<byte> payload, string? clientId = null)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (TopicFilter.CheckTopic(topic) is string wrong)
        {
            throw OperationRequest.Invalid("topic: " + wrong);
        }

        SqlVersion known = VersionOf(version);
        SqlStatement statement = SqlStatement.Compile(sql, known);
        if (statement.Externals.Count > 0)
        {
            return null;
        }

        var message = new SqlMessage(topic, payload, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()) { ClientId = clientId, TraceId = Guid.NewGuid().ToString() };
        var context = new SqlContext(message, known, "000000000000");
        ReadOnlyMemory<byte>? result = statement.Evaluate(context);
        return Describe(statement, message, result, statement.Explain(context));
    }

    internal static SqlVersion VersionOf(string version) => SqlStatement.FindVersion(version) ?? throw OperationRequest.Invalid("awsIotSqlVersion: 2016-03-23, 2015-10-08 or beta");

    internal static JsonObject Describe(SqlStatement statement, SqlMessage message, ReadOnlyMemory<byte>? result, (bool IsJson, SqlValue? Where, IReadOnlyList<(string Item, SqlValue Value)> Items) explanation)
    {
        (bool isJson, SqlValue? where, IReadOnlyList<(string Item, SqlValue Value)> items) = explanation;
        bool matches = statement.Query.TopicFilter is not string filter || TopicFilter.Matches(filter, message.Topic);
        return new JsonObject
        {
            ["sql"] = SqlPrinter.Print(statement.Query),
            ["result"] = matches && result is ReadOnlyMemory<byte> payload ? PayloadJson.Parse(payload) : null,
            ["explain"] = new JsonObject
            {
                ["topicFilter"] = statement.Query.TopicFilter,
                ["topicMatches"] = matches,
                ["payloadIsJson"] = isJson,
                ["where"] = where is null ? null : Describe(where.Value),
                ["select"] = new JsonArray([.. items.Select(item => (JsonNode)new JsonObject { ["expression"] = item.Item, ["value"] = Describe(item.Value) })]),
            },
        };
    }

    private static string Describe(SqlValue value) => value.Kind switch
    {
        SqlKind.Undefined => "Undefined",
        SqlKind.Null => "Null",
        _ => $"{value.Kind} {SqlJson.Write(value)}",
    };
}
