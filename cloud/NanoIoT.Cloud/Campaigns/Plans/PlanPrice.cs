namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>A price in its parts, US dollars.</summary>
/// <param name="Messages">MQTT messages, in and out.</param>
/// <param name="Shadows">Shadow and registry operations.</param>
/// <param name="Rules">Rules run and their actions.</param>
/// <param name="DynamoDb">Read and write units, on demand.</param>
/// <param name="S3">GET requests.</param>
/// <param name="Transfer">Bytes out of AWS.</param>
/// <param name="Total">All of it.</param>
public sealed record PlanPrice(decimal Messages, decimal Shadows, decimal Rules, decimal DynamoDb, decimal S3, decimal Transfer, decimal Total);
