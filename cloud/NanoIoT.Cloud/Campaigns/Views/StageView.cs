namespace NanoIoT.Cloud.Campaigns.Views;

/// <summary>A stage as the API shows it.</summary>
/// <param name="Name">The stage in a few words.</param>
/// <param name="State"><c>waiting</c>, <c>awaitingApproval</c>, <c>running</c>, <c>baking</c>, <c>done</c>, or how the campaign ended.</param>
/// <param name="Targets">Boards it is for.</param>
/// <param name="Counts">Boards a state.</param>
public sealed record StageView(string Name, string State, int Targets, IReadOnlyDictionary<string, int> Counts);
