namespace NanoIoT.Cloud.Rules.Sql;

internal enum SqlTokenKind
{
    End,
    Word,
    Number,
    Text,
    Symbol,
}

/// <summary>A token.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Position">Where it begins.</param>
/// <param name="Value">A word, a number's digits, a string without its quotes, or a symbol.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Position, string Value)
{
    public bool Is(string symbol) => Kind == SqlTokenKind.Symbol && Value == symbol;

    public bool IsWord(string keyword) => Kind == SqlTokenKind.Word && Value.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Kind switch
    {
        SqlTokenKind.End => "the end",
        SqlTokenKind.Text => $"'{Shorten(Value)}'",
        _ => $"\"{Shorten(Value)}\"",
    };

    private static string Shorten(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
