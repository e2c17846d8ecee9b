using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.DocumentModel;
using Amazon.DynamoDBv2.Model;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Tables;

/// <summary>Reads DynamoDB where the service was given it, else the local tables.</summary>
internal sealed class DynamoDbTables(LocalTables local, AwsTargets aws) : ITableReader
{
    public async Task<JsonObject?> GetAsync(string table, TableKey hash, TableKey? range, CancellationToken cancellationToken)
    {
        if (!aws.Has("dynamodb"))
        {
            return await local.GetAsync(table, hash, range, cancellationToken).ConfigureAwait(false);
        }

        var key = new Dictionary<string, AttributeValue>();
        foreach (TableKey part in range is null ? [hash] : new[] { hash, range })
        {
            key[part.Name] = part.IsNumber ? new AttributeValue { N = part.Value } : new AttributeValue { S = part.Value };
        }

        try
        {
            GetItemResponse answer = await aws.DynamoDb.GetItemAsync(table, key, cancellationToken).ConfigureAwait(false);
            return answer.Item is { Count: > 0 } item ? JsonNode.Parse(Document.FromAttributeMap(item).ToJson()) as JsonObject : null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new DeliveryException(AwsTargets.OutcomeOf(exception));
        }
    }
}
