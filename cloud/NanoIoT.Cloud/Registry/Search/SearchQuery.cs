using System.Text;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Registry.Search;

/// <summary>
/// AWS's fleet indexing queries (version 2017-09-30): <c>field:term</c>, phrases, <c>*</c> and <c>?</c>, ranges
/// <c>[a TO b]</c> and <c>{a TO b}</c>, <c>&gt; &gt;= &lt; &lt;=</c>, AND, OR, NOT, <c>-</c>, parentheses, fields over
/// groups, <c>\</c> before a special character. Terms side by side are ANDed. At most twelve terms.
/// </summary>
internal sealed class SearchQuery
{
    private const int MaxTerms = 12;
    private const int MaxLength = 1000;
    private const int MaxDepth = 24;

    private readonly string _text;
    private int _position;
    private int _terms;

    private SearchQuery(string text)
    {
        _text = text;
    }

    /// <summary>Parses a query.</summary>
    /// <exception cref="CloudException">It is malformed; the message says where.</exception>
    public static SearchNode Parse(string text)
    {
        if (text.Length is 0 or > MaxLength)
        {
            throw new CloudException(ErrorCodes.InvalidQuery, $"queryString: 1 to {MaxLength} characters");
        }

        var query = new SearchQuery(text);
        SearchNode node = query.ParseOr(null, 0);
        query.SkipSpace();
        return query._position == text.Length ? node : throw query.Error($"unexpected '{text[query._position]}'");
    }

    private SearchNode ParseOr(string? field, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Error("too many parentheses");
        }

        SearchNode left = ParseAnd(field, depth);
        while (TryWord("OR"))
        {
            left = new SearchNode.Or(left, ParseAnd(field, depth));
        }

        return left;
    }

    private SearchNode ParseAnd(string? field, int depth)
    {
        SearchNode left = ParseNot(field, depth);
        while (true)
        {
            if (TryWord("AND"))
            {
                left = new SearchNode.And(left, ParseNot(field, depth));
                continue;
            }

            SkipSpace();
            if (_position == _text.Length || _text[_position] == ')' || PeekWord("OR"))
            {
                return left;
            }

            left = new SearchNode.And(left, ParseNot(field, depth));
        }
    }

    private SearchNode ParseNot(string? field, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Error("too many negations");
        }

        if (TryWord("NOT"))
        {
            return new SearchNode.Not(ParseNot(field, depth + 1));
        }

        SkipSpace();
        if (_position < _text.Length && _text[_position] == '-')
        {
            _position++;
            return new SearchNode.Not(ParseNot(field, depth + 1));
        }

        return ParsePrimary(field, depth);
    }

    private SearchNode ParsePrimary(string? field, int depth)
    {
        RequireTerm();
        if (_text[_position] == '(')
        {
            _position++;
            SearchNode inner = ParseOr(field, depth + 1);
            Expect(')');
            return inner;
        }

        if (field is not null)
        {
            return ParseValue(field);
        }

        int start = _position;
        (string word, bool isPattern, bool isQuoted) = ReadWord(true);
        int afterWord = _position;
        SkipSpace();
        if (!isQuoted && _position < _text.Length && _text[_position] == ':' && _position == afterWord)
        {
            _position++;
            SkipSpace();
            if (_position < _text.Length && _text[_position] == '(')
            {
                _position++;
                SearchNode inner = ParseOr(word, depth + 1);
                Expect(')');
                return inner;
            }

            return ParseValue(word);
        }

        if (!isQuoted && _position < _text.Length && _text[_position] is '<' or '>')
        {
            return ParseComparison(word);
        }

        _position = afterWord;
        Count(start);
        return word == "*" ? new SearchNode.All() : new SearchNode.Term(null, word, isPattern);
    }

    private SearchNode ParseValue(string field)
    {
        RequireTerm();
        int start = _position;
        if (_position < _text.Length && _text[_position] is '[' or '{')
        {
            return ParseRange(field);
        }

        if (_position < _text.Length && _text[_position] is '<' or '>')
        {
            return ParseComparison(field);
        }

        (string word, bool isPattern, _) = ReadWord(false);
        Count(start);
        return new SearchNode.Term(field, word, isPattern);
    }

    private SearchNode.Range ParseComparison(string field)
    {
        int start = _position;
        bool isGreater = _text[_position++] == '>';
        bool includes = _position < _text.Length && _text[_position] == '=';
        if (includes)
        {
            _position++;
        }

        SkipSpace();
        (string bound, _, _) = ReadWord(false);
        Count(start);
        return isGreater ? new SearchNode.Range(field, bound, includes, null, false) : new SearchNode.Range(field, null, false, bound, includes);
    }

    private SearchNode.Range ParseRange(string field)
    {
        int start = _position;
        bool includesFrom = _text[_position++] == '[';
        SkipSpace();
        (string from, _, _) = ReadWord(false);
        if (!TryWord("TO"))
        {
            throw Error("expected TO");
        }

        SkipSpace();
        (string to, _, _) = ReadWord(false);
        SkipSpace();
        if (_position == _text.Length || _text[_position] is not (']' or '}'))
        {
            throw Error("expected ] or }");
        }

        bool includesTo = _text[_position++] == ']';
        Count(start);
        return new SearchNode.Range(field, from == "*" ? null : from, includesFrom, to == "*" ? null : to, includesTo);
    }

    /// <summary>A word or a phrase; a field's name ends at a colon.</summary>
    private (string Word, bool IsPattern, bool IsQuoted) ReadWord(bool mayBeField)
    {
        var word = new StringBuilder();
        bool isPattern = false;
        if (_position < _text.Length && _text[_position] == '"')
        {
            for (_position++; _position < _text.Length && _text[_position] != '"'; _position++)
            {
                if (_text[_position] == '\\' && _position + 1 < _text.Length)
                {
                    _position++;
                }

                word.Append(_text[_position]);
            }

            Expect('"');
            return (word.ToString(), false, true);
        }

        for (; _position < _text.Length; _position++)
        {
            char c = _text[_position];
            if (c == '\\')
            {
                if (++_position == _text.Length)
                {
                    throw Error("nothing follows the \\");
                }

                word.Append(_text[_position]);
                continue;
            }

            if (char.IsWhiteSpace(c) || c is '(' or ')' or '[' or ']' or '{' or '}' or '"' or '<' or '>' || (c == ':' && mayBeField))
            {
                break;
            }

            isPattern |= c is '*' or '?';
            word.Append(c);
        }

        return word.Length > 0 ? (word.ToString(), isPattern, false) : throw Error("a term is missing");
    }

    /// <summary>Refuses the end, or an operator in the place of a term; as a term, an operator's word is quoted or escaped.</summary>
    private void RequireTerm()
    {
        SkipSpace();
        if (_position == _text.Length || PeekWord("AND") || PeekWord("OR"))
        {
            throw Error("a term is missing");
        }
    }

    private void Count(int start)
    {
        if (++_terms > MaxTerms)
        {
            _position = start;
            throw Error($"more than {MaxTerms} terms");
        }
    }

    private bool PeekWord(string word)
    {
        SkipSpace();
        int end = _position + word.Length;
        return string.CompareOrdinal(_text, _position, word, 0, word.Length) == 0
            && (end == _text.Length || (end < _text.Length && (char.IsWhiteSpace(_text[end]) || _text[end] == '(')));
    }

    private bool TryWord(string word)
    {
        if (!PeekWord(word))
        {
            return false;
        }

        _position += word.Length;
        return true;
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private void Expect(char c)
    {
        if (c != '"')
        {
            SkipSpace();
        }

        if (_position == _text.Length || _text[_position] != c)
        {
            throw Error($"expected {c}");
        }

        _position++;
    }

    private CloudException Error(string what) => new(ErrorCodes.InvalidQuery, $"queryString: {what} at character {_position + 1}");
}
