namespace NanoIoT.Cli.Output;

/// <summary>A column of a list.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Rank">Its importance: 1 is never left out; where there is no room, the highest rank goes first.</param>
/// <param name="MinWidth">The width in characters below which it is not shortened.</param>
internal sealed record ListColumn(string Title, int Rank = 1, int MinWidth = 8);
