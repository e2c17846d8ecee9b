using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.DocumentModel;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Rules.Sql;
using NanoIoT.Cloud.Rules.Tables;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Writes each result as an item, a column for each of its members.</summary>
internal sealed class DynamoDbV2Action(LocalTables tables, AwsTargets aws) : ActionBase
{
    public override string Name => "dynamoDBv2";

    public override string Summary => "an item whose columns are the result's members: in DynamoDB where the service was given it, else in a local table";

    protected override IReadOnlyCollection<string> Known => ["putItem"];

    public override void Check(JsonObject settings)
    {
        base.Check(settings);
        JsonObject put = OperationRequest.ObjectOf(settings, "putItem") ?? throw OperationRequest.Invalid("dynamoDBv2.putItem: missing");
        ActionSettings.CheckKnown(put, "dynamoDBv2.putItem", ["tableName"]);

        // As AWS: the table may be created later. Until then results go to the error action.
        string table = ActionSettings.Require(put, "tableName", "dynamoDBv2.putItem");
        if (!aws.Has("dynamodb") && !ActionSettings.IsTemplate(table) && !LocalTables.IsName(table))
        {
            throw OperationRequest.Invalid("dynamoDBv2.putItem.tableName must have 3 to 255 of a-z A-Z 0-9 _ . -");
        }
    }

    public override bool IsInline(JsonObject settings) => !aws.Has("dynamodb") || IsOwned(settings);

    protected override async Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken)
    {
        string table = job.Parsed["putItem"]!["tableName"]!.ToString();
        JsonObject? item;
        try
        {
            item = StrictJson.Parse(job.Payload.Span, SqlJson.MaxDepth) as JsonObject;
        }
        catch (StrictJsonException)
        {
            item = null;
        }

        bool isOwned = IsOwned(job.Parsed);
        if (item is null && !isOwned)
        {
            return DeliveryOutcome.Failed("NotAnObject", "the result is not a JSON object, so it has no columns");
        }

        if (isOwned || !aws.Has("dynamodb"))
        {
            return await tables.PutAsync(table, item, job.Source, merges: false, cancellationToken).ConfigureAwait(false) is string wrong ? DeliveryOutcome.Failed("ItemRefused", wrong) : DeliveryOutcome.Done;
        }

        await aws.DynamoDb.PutItemAsync(table, Document.FromJson(item!.ToJsonString(Storage.RecordStore.Json)).ToAttributeMap(), cancellationToken).ConfigureAwait(false);
        return DeliveryOutcome.Done;
    }

    /// <summary>A table of the service's own is written here, wherever the others are.</summary>
    private bool IsOwned(JsonObject settings) => settings["putItem"]?["tableName"]?.ToString() is string table && tables.IsOwned(table);
}
