namespace NanoIoT.Cloud.Rules.Tables;

/// <summary>A key of a table's item, with its value.</summary>
/// <param name="Name">The key's name.</param>
/// <param name="Value">Its value, as text.</param>
/// <param name="IsNumber">Whether it is a number.</param>
internal sealed record TableKey(string Name, string Value, bool IsNumber);
