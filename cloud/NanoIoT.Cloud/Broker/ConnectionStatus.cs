namespace NanoIoT.Cloud.Broker;

/// <summary>Whether a client is connected.</summary>
/// <param name="IsConnected">Whether it is.</param>
/// <param name="Timestamp">Since when, Unix milliseconds.</param>
/// <param name="DisconnectReason">Why not, in AWS's words; null where it is.</param>
public sealed record ConnectionStatus(bool IsConnected, long Timestamp, string? DisconnectReason);
