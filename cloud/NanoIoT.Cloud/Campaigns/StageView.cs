namespace NanoIoT.Cloud.Campaigns;

/// <summary>A stage as the API shows it.</summary>
/// <param name="Name">The stage in a few words.</param>
/// <param name="State"><c>waiting</c>, <c>running</c>, <c>baking</c> or <c>done</c>.</param>
/// <param name="Targets">Boards it is for.</param>
/// <param name="Counts">Boards a state.</param>
public sealed record StageView(string Name, string State, int Targets, IReadOnlyDictionary<string, int> Counts);
