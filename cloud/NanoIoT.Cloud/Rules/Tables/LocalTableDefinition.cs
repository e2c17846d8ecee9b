namespace NanoIoT.Cloud.Rules.Tables;

/// <summary>A local table's keys.</summary>
/// <param name="Name">Its name: 3 to 255 of a-z A-Z 0-9 _ . -, as DynamoDB's.</param>
/// <param name="HashKey">The name of its partition key.</param>
/// <param name="RangeKey">The name of its sort key, or null.</param>
public sealed record LocalTableDefinition(string Name, string HashKey, string? RangeKey);
