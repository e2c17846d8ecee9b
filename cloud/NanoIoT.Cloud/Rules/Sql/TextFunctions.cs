using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using static NanoIoT.Cloud.Rules.Sql.SqlFunctions;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>Strings. Other values become strings as AWS's table says; Null and Undefined become none, and the result is Undefined.</summary>
internal static class TextFunctions
{
    private const string Group = "strings";
    private const int MaxPad = 1000;
    private const int MaxPatterns = 256;

    /// <summary>Characters a replacement makes at most: two members of one message could make gigabytes.</summary>
    private const int MaxReplaced = 1024 * 1024;

    /// <summary>Characters one match may become while it is replaced.</summary>
    private const int MaxPart = 16 * MaxReplaced;

    /// <summary>A pattern that goes back on its steps may take this long on one message; then it does not match.</summary>
    private static readonly TimeSpan s_patternLimit = TimeSpan.FromMilliseconds(50);

    private static readonly ConcurrentDictionary<string, Regex?> s_patterns = new(StringComparer.Ordinal);
    private static readonly char[] s_blanks = [' ', '\t'];

    public static IEnumerable<SqlFunction> All =>
    [
        Define("chr", 1, 1, Group, Unary(value => value.ToInt() is decimal code and >= 0 and <= 127 ? SqlValue.Of(((char)(int)code).ToString()) : SqlValue.Undefined)),
        Define("concat", 0, int.MaxValue, Group, Many(Concat)),
        Define("endswith", 2, 2, Group, Texts((text, end) => SqlValue.Of(text.EndsWith(end, StringComparison.Ordinal)))),
        Define("indexof", 2, 2, Group, Texts((text, part) => SqlValue.Of(text.IndexOf(part, StringComparison.Ordinal)))) with { IsNew = true },
        Define("length", 1, 1, Group, Text(text => SqlValue.Of(text.Length))) with { IsNew = true },
        Define("lower", 1, 1, Group, Text(text => SqlValue.Of(text.ToLowerInvariant()))),
        Define("lpad", 2, 2, Group, Pad((text, blanks) => blanks + text)),
        Define("ltrim", 1, 1, Group, Text(text => SqlValue.Of(text.TrimStart(s_blanks)))),
        Define("numbytes", 1, 1, Group, Text(text => SqlValue.Of(Encoding.UTF8.GetByteCount(text)))) with { IsNew = true },
        Define("regexp_matches", 2, 2, Group, Pattern((text, pattern, _) => SqlValue.Of(pattern.IsMatch(text)))),
        Define("regexp_replace", 3, 3, Group, Pattern(ReplacePattern)) with { Note = "at most a million characters" },
        Define("regexp_substr", 2, 2, Group, Pattern((text, pattern, _) => pattern.Match(text) is { Success: true } match ? SqlValue.Of(match.Value) : SqlValue.Undefined)),
        Define("replace", 3, 3, Group, Many(Replace)) with { Note = "at most a million characters" },
        Define("rpad", 2, 2, Group, Pad((text, blanks) => text + blanks)),
        Define("rtrim", 1, 1, Group, Text(text => SqlValue.Of(text.TrimEnd(s_blanks)))),
        Define("startswith", 2, 2, Group, Texts((text, start) => SqlValue.Of(text.StartsWith(start, StringComparison.Ordinal)))),
        Define("substring", 2, 3, Group, Many(Substring)),
        Define("trim", 1, 1, Group, Text(text => SqlValue.Of(text.Trim()))),
        Define("upper", 1, 1, Group, Text(text => SqlValue.Of(text.ToUpperInvariant()))),
    ];

    private static Func<SqlCallSite, SqlEvaluator> Text(Func<string, SqlValue> apply) => Unary(value => value.ToText() is string text ? apply(text) : SqlValue.Undefined);

    private static Func<SqlCallSite, SqlEvaluator> Texts(Func<string, string, SqlValue> apply) => Binary((a, b) =>
        a.ToText() is string first && b.ToText() is string second ? apply(first, second) : SqlValue.Undefined);

    private static Func<SqlCallSite, SqlEvaluator> Pad(Func<string, string, string> apply) => Binary((value, count) =>
        value.ToText() is string text && count.ToInt() is decimal wanted ? SqlValue.Of(apply(text, new string(' ', (int)Math.Clamp(wanted, 0, MaxPad)))) : SqlValue.Undefined);

    private static SqlValue Concat(SqlValue[] values)
    {
        if (values.Length <= 1)
        {
            return values.Length == 0 ? SqlValue.Undefined : values[0];
        }

        if (Array.Exists(values, value => value.Kind == SqlKind.Array))
        {
            var items = new List<SqlValue>();
            foreach (SqlValue value in values)
            {
                if (value.Kind == SqlKind.Array)
                {
                    items.AddRange(value.Items);
                }
                else if (!value.IsUndefined)
                {
                    items.Add(value);
                }
            }

            return SqlValue.Of(items);
        }

        var text = new StringBuilder();
        foreach (SqlValue value in values)
        {
            if (value.ToText() is not string part)
            {
                return SqlValue.Undefined;
            }

            text.Append(part);
        }

        return SqlValue.Of(text.ToString());
    }

    private static SqlValue Replace(SqlValue[] values)
    {
        if (values[0].ToText() is not string text || values[1].ToText() is not { Length: > 0 } old || values[2].ToText() is not string wanted)
        {
            return SqlValue.Undefined;
        }

        long length = text.Length;
        if (wanted.Length > old.Length)
        {
            for (int at = text.IndexOf(old, StringComparison.Ordinal); at >= 0; at = text.IndexOf(old, at + old.Length, StringComparison.Ordinal))
            {
                length += wanted.Length - old.Length;
            }
        }

        return length > MaxReplaced ? SqlValue.Undefined : SqlValue.Of(text.Replace(old, wanted, StringComparison.Ordinal));
    }

    private static SqlValue ReplacePattern(string text, Regex pattern, string? replacement)
    {
        // What one match can become: each reference stands for the whole text at most.
        if (replacement!.Length + ((long)replacement.Count(c => c == '$') * text.Length) > MaxPart)
        {
            return SqlValue.Undefined;
        }

        // Once it is too long the result does not count, so the rest is not made.
        long length = text.Length;
        string replaced = pattern.Replace(text, match =>
        {
            string part = length > MaxReplaced ? string.Empty : match.Result(replacement);
            length += part.Length - match.Length;
            return part;
        });
        return length > MaxReplaced ? SqlValue.Undefined : SqlValue.Of(replaced);
    }

    private static SqlValue Substring(SqlValue[] values)
    {
        if (values[0].ToText() is not string text || Index(values[1], text.Length) is not int from)
        {
            return SqlValue.Undefined;
        }

        int to = text.Length;
        if (values.Length == 3)
        {
            if (Index(values[2], text.Length) is not int end)
            {
                return SqlValue.Undefined;
            }

            to = end;
        }

        return SqlValue.Of(from >= to ? string.Empty : text[from..to]);
    }

    private static int? Index(SqlValue value, int length)
    {
        SqlValue number = value.ToNumber();
        return number.IsUndefined ? null
            : number.IsDouble ? (number.Double < 0 ? 0 : number.Double < 1 ? 0 : length)
            : (int)Math.Clamp(decimal.Floor(number.Number), 0, length);
    }

    private static Func<SqlCallSite, SqlEvaluator> Pattern(Func<string, Regex, string?, SqlValue> apply) => site =>
    {
        SqlEvaluator first = site.Arguments[0];
        SqlEvaluator second = site.Arguments[1];
        SqlEvaluator? third = site.Arguments.Length > 2 ? site.Arguments[2] : null;
        Regex? constant = site.Constant(1)?.ToText() is string known ? Compile(known) : null;
        return context =>
        {
            string? replacement = third?.Invoke(context).ToText();
            if (first(context).ToText() is not string text || (third is not null && replacement is null)
                || (constant ?? (second(context).ToText() is string pattern ? Compile(pattern) : null)) is not Regex regex)
            {
                return SqlValue.Undefined;
            }

            try
            {
                return apply(text, regex, replacement);
            }
            catch (RegexMatchTimeoutException)
            {
                return SqlValue.Undefined;
            }
        };
    };

    /// <summary>A pattern, kept: one that cannot go back on its steps where that can be, else with a limit of time.</summary>
    private static Regex? Compile(string pattern)
    {
        if (s_patterns.TryGetValue(pattern, out Regex? known))
        {
            return known;
        }

        Regex? regex;
        try
        {
            regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_patternLimit);
        }
        catch (NotSupportedException)
        {
            regex = new Regex(pattern, RegexOptions.CultureInvariant, s_patternLimit);
        }
        catch (ArgumentException)
        {
            regex = null;
        }

        if (s_patterns.Count >= MaxPatterns)
        {
            s_patterns.Clear();
        }

        return s_patterns[pattern] = regex;
    }
}
