using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage;

/// <summary>What the store does with a table whatever its records are.</summary>
internal interface IRecordTable
{
    string Kind { get; }

    void Apply(string id, object? before, object? after);

    void Load(string json);

    JsonNode? Describe(object? record);
}
