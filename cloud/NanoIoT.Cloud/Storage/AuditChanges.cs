using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage;

/// <summary>
/// What the audit log keeps of a change: a new or deleted record whole, once; of a changed one the members that differ, with their
/// values before and after. So an entry is as large as the change, not as large as the record.
/// </summary>
internal static class AuditChanges
{
    /// <summary>Leaves out what is the same before and after.</summary>
    /// <param name="before">The record before; null where it is new. It is not changed.</param>
    /// <param name="after">The record after; null where it is deleted. It is not changed.</param>
    /// <returns>The members that differ, as new nodes.</returns>
    public static (JsonNode? Before, JsonNode? After) Reduce(JsonNode? before, JsonNode? after)
    {
        if (before is not JsonObject old || after is not JsonObject changed)
        {
            return (before?.DeepClone(), after?.DeepClone());
        }

        var left = new JsonObject();
        var right = new JsonObject();
        foreach (string name in old.Select(member => member.Key).Union(changed.Select(member => member.Key), StringComparer.Ordinal))
        {
            if (!JsonNode.DeepEquals(old[name], changed[name]))
            {
                Add(name, Reduce(old[name], changed[name]), left, right);
            }
        }

        return (left, right);
    }

    private static void Add(string name, (JsonNode? Before, JsonNode? After) member, JsonObject before, JsonObject after)
    {
        if (member.Before is not null)
        {
            before[name] = member.Before;
        }

        if (member.After is not null)
        {
            after[name] = member.After;
        }
    }
}
