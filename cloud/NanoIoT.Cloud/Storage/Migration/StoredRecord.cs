using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage.Migration;

/// <summary>A record on its way from one store to another, with the values beside it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Id">Its id.</param>
/// <param name="Record">It.</param>
internal sealed record StoredRecord(string Kind, string Id, JsonObject Record);
