using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using NanoIoT.Cloud.Storage.Migration;

namespace NanoIoT.Cloud.Storage.DynamoDb;

/// <summary>Items of the tables of records: <c>id</c> (kind/id), <c>record</c> (JSON), <c>n</c> (the log's item that wrote it), <c>beside</c> (a map).</summary>
internal static class RecordItems
{
    public const string RecordField = "record";
    public const string Beside = "beside";

    /// <summary>An item that holds a record.</summary>
    public static Dictionary<string, AttributeValue> Describe(IRecordTable table, string id, object record, long position)
    {
        var item = new Dictionary<string, AttributeValue> { ["id"] = Attributes.Text(table.Kind + "/" + id), [RecordField] = Attributes.Text(table.Format(record)), ["n"] = Attributes.Number(position) };
        if (table.HasBeside)
        {
            item[Beside] = new AttributeValue { M = table.BesideOf(record).ToDictionary(value => value.Key, value => Attributes.Text(value.Value)), IsMSet = true };
        }

        return item;
    }

    /// <summary>An item for a record that was another store's.</summary>
    public static Dictionary<string, AttributeValue> Describe(StoredRecord record)
    {
        var item = new Dictionary<string, AttributeValue> { ["id"] = Attributes.Text(record.Kind + "/" + record.Id), [RecordField] = Attributes.Text(record.Record.ToJsonString(RecordStore.Json)), ["n"] = Attributes.Number(0) };
        if (RecordKinds.BesideOf(record.Kind) is string member)
        {
            item[Beside] = new AttributeValue { M = (record.Record[member] as JsonObject ?? []).ToDictionary(value => value.Key, value => Attributes.Text(value.Value!.GetValue<string>())), IsMSet = true };
        }

        return item;
    }

    /// <summary>The record in an item.</summary>
    public static StoredRecord Read(Dictionary<string, AttributeValue> item)
    {
        (string kind, string id) = Split(item["id"].S);
        JsonObject record = JsonNode.Parse(item[RecordField].S)!.AsObject();
        if (RecordKinds.BesideOf(kind) is string member)
        {
            record[member] = new JsonObject((item.GetValueOrDefault(Beside)?.M ?? []).Select(value => KeyValuePair.Create(value.Key, (JsonNode?)value.Value.S)));
        }

        return new StoredRecord(kind, id, record);
    }

    public static object Parse(IRecordTable table, Dictionary<string, AttributeValue> item)
    {
        object record = table.Parse(item[RecordField].S);
        return table.HasBeside ? table.WithBeside(record, item.TryGetValue(Beside, out AttributeValue? beside) ? beside.M.ToDictionary(value => value.Key, value => value.Value.S) : []) : record;
    }

    public static (string Kind, string Id) Split(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        return (key[..slash], key[(slash + 1)..]);
    }
}
