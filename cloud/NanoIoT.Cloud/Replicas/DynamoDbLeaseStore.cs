using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NanoIoT.Cloud.Storage.DynamoDb;

namespace NanoIoT.Cloud.Replicas;

/// <summary>Leases in DynamoDB: one small table, written on condition of the counter that was seen.</summary>
/// <param name="database">The tables.</param>
public sealed class DynamoDbLeaseStore(DynamoDbDatabase database) : ILeaseStore
{
    private const string Table = "leases";
    private const string IsSeen = "#counter = :seen";
    private static readonly Dictionary<string, string> s_names = new() { ["#counter"] = "counter" };

    /// <summary>The item that says that the tables were moved; the names of leases have a slash.</summary>
    private const string MovedName = "moved";

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken) => database.CreateAsync(Table, ("name", ScalarAttributeType.S), null, null, cancellationToken);

    /// <summary>Marks the tables as moved elsewhere.</summary>
    internal static Task MarkMovedAsync(DynamoDbDatabase database, string target, CancellationToken cancellationToken) => database.PutAsync(
        Table,
        new() { ["name"] = Attributes.Text(MovedName), ["owner"] = Attributes.Text(target), ["counter"] = Attributes.Number(0) },
        null,
        null,
        cancellationToken);

    /// <summary>Where what the tables hold was moved, or null.</summary>
    internal static async Task<string?> MovedToAsync(DynamoDbDatabase database, CancellationToken cancellationToken)
    {
        await database.CreateAsync(Table, ("name", ScalarAttributeType.S), null, null, cancellationToken).ConfigureAwait(false);
        Dictionary<string, AttributeValue>? item = await database.GetAsync(Table, Attributes.Key("name", MovedName), cancellationToken).ConfigureAwait(false);
        return item?["owner"].S;
    }

    /// <summary>Writes an item that is nobody's lease, one write unit: whether the tables can be written.</summary>
    internal static Task ProbeAsync(DynamoDbDatabase database, CancellationToken cancellationToken) => database.PutAsync(
        Table,
        new() { ["name"] = Attributes.Text("probe"), ["owner"] = Attributes.Text(Environment.MachineName), ["counter"] = Attributes.Number(0) },
        null,
        null,
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Lease>> ListAsync(CancellationToken cancellationToken)
    {
        var leases = new List<Lease>();
        await foreach (Dictionary<string, AttributeValue> item in database.ScanAsync(Table, cancellationToken).ConfigureAwait(false))
        {
            leases.Add(new Lease(item["name"].S, item["owner"].S, Attributes.Long(item, "counter")));
        }

        return leases;
    }

    /// <inheritdoc/>
    public async Task<Lease?> WriteAsync(string name, string owner, Lease? seen, CancellationToken cancellationToken)
    {
        var next = new Lease(name, owner, (seen?.Counter ?? 0) + 1);
        bool written = await database.UpdateAsync(
            Table,
            new UpdateItemRequest
            {
                Key = Attributes.Key("name", name),
                UpdateExpression = "SET #owner = :owner, #counter = :counter",
                ConditionExpression = seen is null ? "attribute_not_exists(#counter)" : IsSeen,
                ExpressionAttributeNames = new Dictionary<string, string> { ["#owner"] = "owner", ["#counter"] = "counter" },
                ExpressionAttributeValues = seen is null
                    ? new() { [":owner"] = Attributes.Text(owner), [":counter"] = Attributes.Number(next.Counter) }
                    : new() { [":owner"] = Attributes.Text(owner), [":counter"] = Attributes.Number(next.Counter), [":seen"] = Attributes.Number(seen.Counter) },
            },
            cancellationToken).ConfigureAwait(false);
        return written ? next : null;
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(Lease seen, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return database.DeleteAsync(Table, Attributes.Key("name", seen.Name), cancellationToken, IsSeen, new() { [":seen"] = Attributes.Number(seen.Counter) }, s_names);
    }
}
