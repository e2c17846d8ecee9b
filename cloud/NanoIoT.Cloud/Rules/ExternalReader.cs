using System.Text.Json.Nodes;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Rules.Sql;
using NanoIoT.Cloud.Rules.Tables;
using NanoIoT.Cloud.Shadows;

namespace NanoIoT.Cloud.Rules;

/// <summary>Answers the functions that read elsewhere: shadows, the registry, tables, Lambda functions.</summary>
internal sealed class ExternalReader(IShadowDocuments shadows, IFleet fleet, ITableReader tables, AwsTargets aws)
{
    /// <summary>Why a function cannot be had here, or null.</summary>
    public string? Refuse(string function) => function == ExternalFunctions.AwsLambda && !aws.Has("lambda") ? AwsClients.Missing(function) : null;

    /// <summary>Answers a call.</summary>
    /// <exception cref="DeliveryException">It cannot be answered, now or ever.</exception>
    public async Task<SqlValue> ReadAsync(SqlExternalCall call, SqlVersion version, CancellationToken cancellationToken)
    {
        IReadOnlyList<SqlValue> arguments = call.Arguments;
        switch (call.Function)
        {
            case ExternalFunctions.GetThingShadow:
                bool hasName = arguments.Count == 3 || (arguments.Count == 2 && arguments[1].ToText()?.StartsWith("arn:", StringComparison.Ordinal) == false);
                return Text(arguments, 0) is string thing ? GetShadow(thing, hasName ? Text(arguments, 1) ?? string.Empty : string.Empty, version) : SqlValue.Undefined;
            case ExternalFunctions.GetRegistryData:
                return Text(arguments, 1) is string name ? GetRegistry(Text(arguments, 0)!, name, version) : SqlValue.Undefined;
            case ExternalFunctions.GetDynamoDb:
                return await GetItemAsync(arguments, version, cancellationToken).ConfigureAwait(false);
            default:
                return await CallLambdaAsync(arguments, version, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string? Text(IReadOnlyList<SqlValue> arguments, int index) => index < arguments.Count ? arguments[index].ToText() : null;

    private static SqlValue Parse(ReadOnlySpan<byte> json, SqlVersion version) => SqlJson.TryParse(json, version, null, out SqlValue value) ? value : SqlValue.Undefined;

    private static SqlValue Parse(JsonNode? json, SqlVersion version) => json is null ? SqlValue.Undefined : Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString(Storage.RecordStore.Json)), version);

    private SqlValue GetShadow(string thing, string name, SqlVersion version)
    {
        try
        {
            return Parse(shadows.TryGet(thing, name), version);
        }
        catch (CloudException)
        {
            return SqlValue.Undefined;
        }
    }

    private SqlValue GetRegistry(string operation, string name, SqlVersion version)
    {
        if (fleet.Find(name) is not { } thing)
        {
            return SqlValue.Undefined;
        }

        if (operation == "DescribeThing")
        {
            return Parse(new JsonObject
            {
                ["thingName"] = thing.ThingName,
                ["thingTypeName"] = thing.ThingTypeName,
                ["attributes"] = new JsonObject(thing.Attributes.Select(item => KeyValuePair.Create(item.Key, (JsonNode?)item.Value))),
                ["version"] = thing.Version,
            }, version);
        }

        return Parse(new JsonObject { ["thingGroups"] = new JsonArray([.. thing.Groups.Select(group => (JsonNode)new JsonObject { ["groupName"] = group })]) }, version);
    }

    private async Task<SqlValue> GetItemAsync(IReadOnlyList<SqlValue> arguments, SqlVersion version, CancellationToken cancellationToken)
    {
        bool hasSort = arguments.Count >= 5;
        if (Text(arguments, 0) is not string table || Text(arguments, 1) is not string hashName || arguments[2].IsNullOrUndefined || (hasSort && (Text(arguments, 3) is null || arguments[4].IsNullOrUndefined)))
        {
            return SqlValue.Undefined;
        }

        TableKey? sort = hasSort ? new TableKey(Text(arguments, 3)!, arguments[4].ToText()!, arguments[4].IsNumber) : null;
        JsonObject? item = await tables.GetAsync(table, new TableKey(hashName, arguments[2].ToText()!, arguments[2].IsNumber), sort, cancellationToken).ConfigureAwait(false);
        return Parse(item, version);
    }

    private async Task<SqlValue> CallLambdaAsync(IReadOnlyList<SqlValue> arguments, SqlVersion version, CancellationToken cancellationToken)
    {
        const int usual = 2000;
        const int most = 5000;
        if (Text(arguments, 0) is not string function || arguments[1].IsUndefined)
        {
            return SqlValue.Undefined;
        }

        int limit = arguments.Count > 2 && arguments[2].ToInt() is decimal asked ? (int)Math.Clamp(asked, 1, most) : usual;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            byte[] answer = await aws.InvokeAsync(function, SqlJson.WriteBytes(arguments[1]), isEvent: false, timeout.Token).ConfigureAwait(false);
            return Parse(answer, version);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DeliveryException(DeliveryOutcome.Retry("LambdaTimeout", $"{function} did not answer in {limit} ms"));
        }
    }
}
