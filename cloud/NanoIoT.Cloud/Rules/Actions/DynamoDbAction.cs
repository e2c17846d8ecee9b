using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Rules.Tables;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Writes each result into one column of an item whose keys the action names.</summary>
internal sealed class DynamoDbAction(LocalTables tables, AwsTargets aws) : ActionBase
{
    private static readonly string[] s_operations = ["INSERT", "UPDATE", "DELETE"];
    private static readonly string[] s_types = ["STRING", "NUMBER"];

    public override string Name => "dynamoDB";

    public override string Summary => "INSERT, UPDATE or DELETE of an item with the result in one column: in DynamoDB where the service was given it, else in a local table";

    protected override IReadOnlyCollection<string> Known => ["tableName", "operation", "hashKeyField", "hashKeyValue", "hashKeyType", "rangeKeyField", "rangeKeyValue", "rangeKeyType", "payloadField"];

    public override void Check(JsonObject settings)
    {
        base.Check(settings);
        string table = ActionSettings.Require(settings, "tableName", Name);
        string hash = ActionSettings.Require(settings, "hashKeyField", Name);
        ActionSettings.Require(settings, "hashKeyValue", Name);
        string? range = OperationRequest.TextOf(settings, "rangeKeyField");
        CheckRange(settings, range);
        ActionSettings.CheckTexts(settings, "payloadField");

        if (OperationRequest.TextOf(settings, "operation") is string operation && !s_operations.Contains(operation.ToUpperInvariant()) && !ActionSettings.IsTemplate(operation))
        {
            throw OperationRequest.Invalid("dynamoDB.operation: INSERT, UPDATE or DELETE");
        }

        foreach (string name in new[] { "hashKeyType", "rangeKeyType" })
        {
            if (OperationRequest.TextOf(settings, name) is string type && !s_types.Contains(type))
            {
                throw OperationRequest.Invalid($"dynamoDB.{name}: STRING or NUMBER");
            }
        }

        if (!aws.Has("dynamodb") && !ActionSettings.IsTemplate(table) && !ActionSettings.IsTemplate(hash))
        {
            if (!LocalTables.IsName(table))
            {
                throw OperationRequest.Invalid("dynamoDB.tableName: 3 to 255 of a-z A-Z 0-9 _ . -");
            }

            if (tables.Find(table) is LocalTableDefinition known && (known.HashKey != hash || known.RangeKey != range))
            {
                throw OperationRequest.Invalid($"dynamoDB: table {table} has other keys: {known.HashKey}{(known.RangeKey is null ? string.Empty : " and " + known.RangeKey)}");
            }
        }
    }

    private void CheckRange(JsonObject settings, string? range)
    {
        if (range is not null)
        {
            ActionSettings.Require(settings, "rangeKeyValue", Name);
            return;
        }

        foreach (string name in new[] { "rangeKeyValue", "rangeKeyType" })
        {
            if (OperationRequest.TextOf(settings, name) is { Length: > 0 })
            {
                throw OperationRequest.Invalid($"dynamoDB.{name} needs rangeKeyField.");
            }
        }
    }

    public override bool IsInline(JsonObject settings) => !aws.Has("dynamodb");

    protected override string OrderOf(DeliveryJob job) => job.Parsed["hashKeyValue"] + "\n" + job.Parsed["rangeKeyValue"];

    protected override async Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken)
    {
        JsonObject settings = job.Parsed;
        string table = settings["tableName"]!.ToString();
        TableKey hash = KeyOf(settings, "hash")!;
        TableKey? range = KeyOf(settings, "range");
        string operation = settings["operation"]?.ToString().ToUpperInvariant() is { Length: > 0 } asked ? asked : "INSERT";
        string column = settings["payloadField"]?.ToString() is { Length: > 0 } named ? named : "payload";
        if (hash.Value.Length == 0 || range?.Value.Length == 0)
        {
            return DeliveryOutcome.Failed("KeyMissing", "the message gives the item's key no value");
        }

        if (!s_operations.Contains(operation))
        {
            return DeliveryOutcome.Failed("NoSuchOperation", $"{operation}: INSERT, UPDATE or DELETE");
        }

        return aws.Has("dynamodb")
            ? await WriteAwsAsync(job, table, hash, range, operation, column, cancellationToken).ConfigureAwait(false)
            : await WriteLocalAsync(job, table, hash, range, operation, column, cancellationToken).ConfigureAwait(false);
    }

    private static TableKey? KeyOf(JsonObject settings, string kind) => settings[kind + "KeyField"]?.ToString() is not string name ? null
        : new TableKey(name, settings[kind + "KeyValue"]?.ToString() ?? string.Empty, settings[kind + "KeyType"]?.ToString() == "NUMBER");

    private static JsonValue? Value(TableKey key) => key.IsNumber && decimal.TryParse(key.Value, System.Globalization.CultureInfo.InvariantCulture, out decimal number) ? JsonValue.Create(number) : JsonValue.Create(key.Value);

    private static AttributeValue Attribute(TableKey key) => key.IsNumber ? new AttributeValue { N = key.Value } : new AttributeValue { S = key.Value };

    private async Task<DeliveryOutcome> WriteLocalAsync(DeliveryJob job, string table, TableKey hash, TableKey? range, string operation, string column, CancellationToken cancellationToken)
    {
        try
        {
            await tables.CreateAsync(new LocalTableDefinition(table, hash.Name, range?.Name), cancellationToken).ConfigureAwait(false);
        }
        catch (Hosting.CloudException exception) when (exception.Code is Hosting.ErrorCodes.AlreadyExists or Hosting.ErrorCodes.InvalidRequest)
        {
            return DeliveryOutcome.Failed("TableRefused", exception.Message);
        }

        if (operation == "DELETE")
        {
            await tables.RemoveAsync(table, hash, range, cancellationToken).ConfigureAwait(false);
            return DeliveryOutcome.Done;
        }

        var item = new JsonObject { [column] = PayloadJson.Parse(job.Payload), [hash.Name] = Value(hash) };
        if (range is not null)
        {
            item[range.Name] = Value(range);
        }

        return await tables.PutAsync(table, item, job.Source, merges: operation == "UPDATE", cancellationToken).ConfigureAwait(false) is string wrong ? DeliveryOutcome.Failed("ItemRefused", wrong) : DeliveryOutcome.Done;
    }

    private async Task<DeliveryOutcome> WriteAwsAsync(DeliveryJob job, string table, TableKey hash, TableKey? range, string operation, string column, CancellationToken cancellationToken)
    {
        var key = new Dictionary<string, AttributeValue> { [hash.Name] = Attribute(hash) };
        if (range is not null)
        {
            key[range.Name] = Attribute(range);
        }

        // As AWS: the result stands in its column as one text.
        var payload = new AttributeValue { S = Encoding.UTF8.GetString(job.Payload.Span) };
        switch (operation)
        {
            case "DELETE":
                await aws.DynamoDb.DeleteItemAsync(table, key, cancellationToken).ConfigureAwait(false);
                break;
            case "UPDATE":
                await aws.DynamoDb.UpdateItemAsync(
                    new UpdateItemRequest
                    {
                        TableName = table,
                        Key = key,
                        UpdateExpression = "SET #p = :p",
                        ExpressionAttributeNames = new Dictionary<string, string> { ["#p"] = column },
                        ExpressionAttributeValues = new Dictionary<string, AttributeValue> { [":p"] = payload },
                    },
                    cancellationToken).ConfigureAwait(false);
                break;
            default:
                key[column] = payload;
                await aws.DynamoDb.PutItemAsync(table, key, cancellationToken).ConfigureAwait(false);
                break;
        }

        return DeliveryOutcome.Done;
    }
}
