namespace NanoIoT.Cloud.AwsIot;

/// <summary>Things that were first seen at one time: AWS IoT does not say when a thing was created, and a snapshot campaign is of those there were.</summary>
/// <param name="Id">The record's id.</param>
/// <param name="Seen">When, Unix seconds.</param>
/// <param name="Things">Names, and ids that no other thing ever has.</param>
internal sealed record FleetSighting(string Id, long Seen, IReadOnlyDictionary<string, string> Things);
