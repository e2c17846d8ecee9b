namespace NanoIoT.Cloud.Campaigns;

/// <summary>What was last published on a topic.</summary>
/// <param name="State">The announcement's state.</param>
/// <param name="Permyriad">The gate.</param>
/// <param name="Url">The URL.</param>
public sealed record Announced(string State, int Permyriad, string Url);
