using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage;

/// <summary>What a store does with a table whatever its records are.</summary>
internal interface IRecordTable
{
    string Kind { get; }

    /// <summary>Whether records have values beside them that are set one by one: see <see cref="RecordStore.SetBesideAsync{T}"/>.</summary>
    bool HasBeside { get; }

    object? Find(string id);

    IReadOnlyList<object> FindAll(string prefix = "", bool byAlternate = false);

    string IdOf(object record);

    string? AlternateOf(object record);

    object Parse(string json);

    string Format(object record);

    JsonNode? Describe(object? record);

    IReadOnlyDictionary<string, string> BesideOf(object record);

    object WithBeside(object record, IReadOnlyDictionary<string, string> values);

    /// <summary>Shows a change that is stored.</summary>
    void Apply(string id, object? before, object? after);

    /// <summary>Shows a record that was there when the table was opened.</summary>
    void Load(object record);
}
