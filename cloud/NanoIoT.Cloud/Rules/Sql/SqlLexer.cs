using System.Text;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>A statement's tokens.</summary>
internal static class SqlLexer
{
    private static readonly string[] s_symbols = ["<>", "<=", ">=", "(", ")", "[", "]", "{", "}", ",", ".", ":", "=", "<", ">", "+", "-", "*", "/", "%"];

    public static List<SqlToken> Read(string sql)
    {
        var tokens = new List<SqlToken>();
        int at = 0;
        while (at < sql.Length)
        {
            char c = sql[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (IsWordStart(c))
            {
                int start = at;
                while (at < sql.Length && IsWordPart(sql[at]))
                {
                    at++;
                }

                tokens.Add(new SqlToken(SqlTokenKind.Word, start, sql[start..at]));

                // As AWS's first examples have it: FROM topic/# without quotes, whose # would be no token.
                if (tokens[^1].IsWord("FROM") && ReadTopic(sql, ref at) is SqlToken topic)
                {
                    tokens.Add(topic);
                }
            }
            else if (char.IsAsciiDigit(c))
            {
                tokens.Add(ReadNumber(sql, ref at));
            }
            else if (c is '\'' or '"')
            {
                tokens.Add(ReadText(sql, ref at));
            }
            else
            {
                string symbol = s_symbols.FirstOrDefault(item => string.CompareOrdinal(sql, at, item, 0, item.Length) == 0) ?? throw Unexpected(sql, at);
                tokens.Add(new SqlToken(SqlTokenKind.Symbol, at, symbol));
                at += symbol.Length;
            }
        }

        tokens.Add(new SqlToken(SqlTokenKind.End, sql.Length, string.Empty));
        return tokens;
    }

    public static bool IsName(string text) => text.Length > 0 && IsWordStart(text[0]) && text.All(IsWordPart);

    private static bool IsWordStart(char c) => char.IsLetter(c) || c is '_' or '$' or '@';

    private static bool IsWordPart(char c) => IsWordStart(c) || char.IsDigit(c);

    private static SqlToken? ReadTopic(string sql, ref int at)
    {
        int start = at;
        while (start < sql.Length && char.IsWhiteSpace(sql[start]))
        {
            start++;
        }

        int end = start;
        while (end < sql.Length && !char.IsWhiteSpace(sql[end]) && sql[end] is not ('\'' or '"' or '(' or ')' or '[' or ','))
        {
            end++;
        }

        ReadOnlySpan<char> text = sql.AsSpan(start, end - start);
        if (!text.ContainsAny('/', '#', '+'))
        {
            return null;
        }

        at = end;
        return new SqlToken(SqlTokenKind.Text, start, text.ToString());
    }

    private static SqlToken ReadNumber(string sql, ref int at)
    {
        int start = at;
        SkipDigits(sql, ref at);
        if (at + 1 < sql.Length && sql[at] == '.' && char.IsAsciiDigit(sql[at + 1]))
        {
            at++;
            SkipDigits(sql, ref at);
        }

        int exponent = at;
        if (exponent < sql.Length && sql[exponent] is 'e' or 'E')
        {
            exponent++;
            if (exponent < sql.Length && sql[exponent] is '+' or '-')
            {
                exponent++;
            }

            if (exponent < sql.Length && char.IsAsciiDigit(sql[exponent]))
            {
                at = exponent;
                SkipDigits(sql, ref at);
            }
        }

        if (at < sql.Length && IsWordPart(sql[at]))
        {
            throw new SqlParseException("a name begins with a letter", sql, start, "a member that does not is read by get(*, 'name')");
        }

        return new SqlToken(SqlTokenKind.Number, start, sql[start..at]);
    }

    private static void SkipDigits(string sql, ref int at)
    {
        while (at < sql.Length && char.IsAsciiDigit(sql[at]))
        {
            at++;
        }
    }

    /// <summary>A string in either quote; the quote itself stands in it doubled.</summary>
    private static SqlToken ReadText(string sql, ref int at)
    {
        int start = at;
        char quote = sql[at++];
        var text = new StringBuilder();
        while (at < sql.Length)
        {
            char c = sql[at++];
            if (c != quote)
            {
                text.Append(c);
            }
            else if (at < sql.Length && sql[at] == quote)
            {
                text.Append(quote);
                at++;
            }
            else
            {
                return new SqlToken(SqlTokenKind.Text, start, text.ToString());
            }
        }

        throw new SqlParseException("a string without an end", sql, start);
    }

    private static SqlParseException Unexpected(string sql, int at) => sql[at] switch
    {
        '!' => new SqlParseException("unexpected \"!\"", sql, at, "not equal is <>"),
        '–' or '—' => new SqlParseException("unexpected dash", sql, at, "minus is -"),
        '‘' or '’' or '“' or '”' => new SqlParseException("unexpected typographic quote", sql, at, "strings stand in ' or \""),
        '#' => new SqlParseException("unexpected \"#\"", sql, at, "a topic filter stands in quotes"),
        ';' => new SqlParseException("unexpected \";\"", sql, at, "a rule is one statement, without ;"),
        '`' => new SqlParseException("unexpected \"`\"", sql, at, "a member with an unusual name is read by get(*, 'name')"),
        '|' => new SqlParseException("unexpected \"|\"", sql, at, "strings are joined by + or concat()"),
        _ => new SqlParseException($"unexpected \"{(char.IsControl(sql[at]) ? $"\\u{(int)sql[at]:x4}" : sql[at])}\"", sql, at),
    };
}
