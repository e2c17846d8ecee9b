namespace NanoIoT.Cloud.Campaigns.Machine;

/// <summary>What was last published on a topic.</summary>
/// <param name="Campaign">The campaign's name in it: the id, with the attempt where boards are called again.</param>
/// <param name="State">The announcement's state.</param>
/// <param name="Permyriad">The gate.</param>
/// <param name="SpreadSeconds">The spread.</param>
/// <param name="NotBefore">Earliest start, Unix seconds, or 0.</param>
/// <param name="NotAfter">Latest start, Unix seconds, or 0.</param>
/// <param name="UrlExpires">Which URL: when it stops working, Unix seconds.</param>
public sealed record Announced(string Campaign, string State, int Permyriad, int SpreadSeconds, long NotBefore, long NotAfter, long UrlExpires);
