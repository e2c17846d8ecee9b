using NanoIoT.Cloud.Broker;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>
/// A parser by recursive descent. What the engine does not have is refused here, with the place and a hint, so that a rule
/// that was accepted runs.
/// </summary>
internal sealed class SqlParser
{
    /// <summary>AWS's limit of a statement, in characters.</summary>
    public const int MaxLength = 65_536;

    /// <summary>How deep expressions stand in each other.</summary>
    private const int MaxDepth = 64;

    /// <summary>Operators in a row, and steps of a path.</summary>
    private const int MaxChain = 256;

    private static readonly HashSet<string> s_reserved = new(
        ["SELECT", "FROM", "WHERE", "AS", "AND", "OR", "NOT", "IN", "EXISTS", "CASE", "WHEN", "THEN", "ELSE", "END", "NULL", "TRUE", "FALSE", "UNDEFINED"], StringComparer.OrdinalIgnoreCase);

    private readonly string _sql;
    private readonly SqlVersion _version;
    private readonly List<SqlToken> _tokens;
    private int _at;
    private int _depth;
    private bool _isAllAllowed;

    private SqlParser(string sql, SqlVersion version)
    {
        if (sql.Length > MaxLength)
        {
            throw new SqlParseException($"a statement has at most {MaxLength} characters", sql, MaxLength);
        }

        _sql = sql;
        _version = version;
        _tokens = SqlLexer.Read(sql);
    }

    private SqlToken Current => _tokens[_at];

    /// <summary>Parses a rule's statement.</summary>
    /// <exception cref="SqlParseException">It is none.</exception>
    public static SqlQuery Parse(string sql, SqlVersion version = SqlVersion.V20160323)
    {
        var parser = new SqlParser(sql, version);
        SqlQuery query = parser.ReadQuery(isOuter: true);
        parser.ExpectEnd();
        return query;
    }

    /// <summary>Parses an expression, as one in a substitution template.</summary>
    /// <exception cref="SqlParseException">It is none.</exception>
    public static SqlExpression ParseExpression(string sql, SqlVersion version)
    {
        var parser = new SqlParser(sql, version) { _isAllAllowed = true };
        SqlExpression expression = parser.ReadExpression();
        parser.ExpectEnd();
        return expression;
    }

    private SqlQuery ReadQuery(bool isOuter)
    {
        using Nesting nesting = Enter();
        int position = Current.Position;
        ExpectWord("SELECT");
        if (Current.IsWord("DISTINCT"))
        {
            throw Fail("DISTINCT is not in AWS IoT SQL");
        }

        bool isValue = Current.IsWord("VALUE") && !IsValueAName();
        if (isValue)
        {
            _at++;
        }

        var items = new List<SelectItem> { ReadItem() };
        while (Take(","))
        {
            items.Add(ReadItem());
        }

        if (isValue && (items.Count > 1 || items[0].IsSpread || items[0].Alias is not null))
        {
            throw new SqlParseException("SELECT VALUE takes one expression, without AS", _sql, position);
        }

        string? filter = null;
        SqlExpression? source = null;
        if (isOuter)
        {
            filter = ReadTopicFilter();
        }
        else
        {
            ExpectWord("FROM");
            source = Current.Kind == SqlTokenKind.Text
                ? throw Fail("a nested query reads a member of the payload, not a topic")
                : ReadPostfix();
        }

        SqlExpression? where = null;
        if (TakeWord("WHERE"))
        {
            where = ReadExpression();
        }

        if (Current.IsWord("GROUP") || Current.IsWord("ORDER") || Current.IsWord("LIMIT") || Current.IsWord("HAVING") || Current.IsWord("JOIN"))
        {
            throw Fail($"{Current.Value.ToUpperInvariant()} is not in AWS IoT SQL");
        }

        return new SqlQuery(position, isValue, items, filter, source, where);
    }

    /// <summary>Whether <c>value</c> is a member's name, as many sensors have it: an operator, AS or the list's next part follows.</summary>
    private bool IsValueAName()
    {
        SqlToken next = Next;
        SqlToken third = _tokens[Math.Min(_at + 2, _tokens.Count - 1)];
        bool isApart = next.Position > Current.Position + Current.Value.Length;
        return next.Kind switch
        {
            SqlTokenKind.End => true,
            SqlTokenKind.Word => next.IsWord("AS") || next.IsWord("FROM") || next.IsWord("AND") || next.IsWord("OR") || next.IsWord("IN") || (next.IsWord("NOT") && third.IsWord("IN")),
            SqlTokenKind.Symbol => next.Value switch
            {
                "(" or "{" => false,
                "[" => !isApart,
                "*" => !(third.IsWord("FROM") || third.IsWord("WHERE") || third.Kind == SqlTokenKind.End || third.Is(")")),

                // VALUE -1 is a number; value - 1 is a difference.
                "-" => !isApart || third.Position > next.Position + 1,
                _ => true,
            },
            _ => false,
        };
    }

    private string? ReadTopicFilter()
    {
        if (Current.Kind == SqlTokenKind.End || Current.IsWord("WHERE"))
        {
            // AWS allows a rule without FROM, for Basic Ingest alone.
            return null;
        }

        ExpectWord("FROM");
        SqlToken token = Current;
        if (token.Kind is not (SqlTokenKind.Text or SqlTokenKind.Word))
        {
            throw Fail($"expected a topic filter, found {token}");
        }

        _at++;
        string? wrong = TopicFilter.CheckFilter(token.Value);
        if (wrong is not null || TopicFilter.TryShare(token.Value, out _, out _))
        {
            throw new SqlParseException($"the topic filter {token} is none: {wrong ?? "shared subscriptions are a client's"}", _sql, token.Position);
        }

        return token.Value;
    }

    private SelectItem ReadItem()
    {
        if (Current.Is("*"))
        {
            int position = Current.Position;
            _at++;
            return Current.IsWord("AS") ? throw Fail("* takes no AS", "its members keep their names") : new SelectItem(new AllExpression(position), null, false);
        }

        SqlExpression value = ReadExpression();
        if (Current.Is(".") && Next.Is("*"))
        {
            _at += 2;
            return new SelectItem(value, null, true);
        }

        if (!TakeWord("AS"))
        {
            return new SelectItem(value, null, false);
        }

        var alias = new List<string> { ReadAlias() };
        while (Take("."))
        {
            alias.Add(ReadAlias());
            CheckChain(alias.Count);
        }

        return new SelectItem(value, alias, false);
    }

    private string ReadAlias()
    {
        SqlToken token = Current;
        if (token.Kind is not (SqlTokenKind.Word or SqlTokenKind.Text) || token.Value.Length == 0)
        {
            throw Fail($"expected a name after AS, found {token}");
        }

        _at++;
        return token.Value;
    }

    private SqlExpression ReadExpression()
    {
        using Nesting nesting = Enter();
        return ReadChain(ReadAnd, token => token.IsWord("OR") ? SqlOperator.Or : null);
    }

    private SqlExpression ReadAnd() => ReadChain(ReadNot, token => token.IsWord("AND") ? SqlOperator.And : null);

    private SqlExpression ReadNot()
    {
        if (!Current.IsWord("NOT"))
        {
            return ReadComparison();
        }

        using Nesting nesting = Enter();
        int position = Current.Position;
        _at++;
        return new UnaryExpression(position, SqlOperator.Not, ReadNot());
    }

    private SqlExpression ReadComparison()
    {
        SqlExpression left = ReadSum();
        SqlToken token = Current;
        bool isNotIn = token.IsWord("NOT") && Next.IsWord("IN");
        SqlOperator? comparison = isNotIn || token.IsWord("IN") ? SqlOperator.In : token.Kind != SqlTokenKind.Symbol ? null : token.Value switch
        {
            "=" => SqlOperator.Equal,
            "<>" => SqlOperator.NotEqual,
            "<" => SqlOperator.Less,
            "<=" => SqlOperator.LessOrEqual,
            ">" => SqlOperator.Greater,
            ">=" => SqlOperator.GreaterOrEqual,
            _ => null,
        };
        if (comparison is not SqlOperator found)
        {
            return token.IsWord("LIKE") || token.IsWord("BETWEEN") || token.IsWord("IS")
                ? throw Fail($"{token.Value.ToUpperInvariant()} is not in AWS IoT SQL", token.IsWord("LIKE") ? "regexp_matches(text, pattern)" : token.IsWord("IS") ? "isnull(x) or isundefined(x)" : "x >= a AND x <= b")
                : left;
        }

        _at += isNotIn ? 2 : 1;
        SqlExpression comparisonOf = new BinaryExpression(token.Position, found, left, ReadSum());
        if (Current.Kind == SqlTokenKind.Symbol && Current.Value is "=" or "<>" or "<" or "<=" or ">" or ">=")
        {
            throw Fail("comparisons do not follow each other", "join them by AND");
        }

        return isNotIn ? new UnaryExpression(token.Position, SqlOperator.Not, comparisonOf) : comparisonOf;
    }

    private SqlExpression ReadSum() => ReadChain(ReadProduct, token => token.Is("+") ? SqlOperator.Add : token.Is("-") ? SqlOperator.Subtract : null);

    private SqlExpression ReadProduct() => ReadChain(ReadUnary, token => token.Is("*") ? SqlOperator.Multiply : token.Is("/") ? SqlOperator.Divide : token.Is("%") ? SqlOperator.Modulo : null);

    private SqlExpression ReadChain(Func<SqlExpression> read, Func<SqlToken, SqlOperator?> match)
    {
        SqlExpression left = read();
        for (int count = 1; match(Current) is SqlOperator found; count++)
        {
            CheckChain(count);
            int position = Current.Position;
            _at++;
            left = new BinaryExpression(position, found, left, read());
        }

        return left;
    }

    private SqlExpression ReadUnary()
    {
        if (!Current.Is("-"))
        {
            return ReadPostfix();
        }

        using Nesting nesting = Enter();
        int position = Current.Position;
        _at++;
        if (Current.Kind == SqlTokenKind.Number && Current.Position == position + 1 && !Next.Is(".") && !Next.Is("["))
        {
            string digits = Current.Value;
            _at++;
            return new LiteralExpression(position, SqlValue.ParseNumber("-" + digits, _version));
        }

        return new UnaryExpression(position, SqlOperator.Negate, ReadUnary());
    }

    private SqlExpression ReadPostfix()
    {
        SqlExpression target = ReadPrimary();
        for (int count = 1; ; count++)
        {
            CheckChain(count);
            int position = Current.Position;
            if (Current.Is(".") && !Next.Is("*"))
            {
                _at++;
                SqlToken name = Current;
                if (name.Kind is not (SqlTokenKind.Word or SqlTokenKind.Text))
                {
                    throw Fail($"expected a name after \".\", found {name}");
                }

                _at++;
                target = new MemberExpression(position, target, name.Value);
            }
            else if (Take("["))
            {
                SqlExpression index = ReadExpression();
                Expect("]");
                target = new IndexExpression(position, target, index);
            }
            else
            {
                return target;
            }
        }
    }

    private SqlExpression ReadPrimary()
    {
        SqlToken token = Current;
        switch (token.Kind)
        {
            case SqlTokenKind.Number:
                _at++;
                return new LiteralExpression(token.Position, SqlValue.ParseNumber(token.Value, _version));
            case SqlTokenKind.Text:
                _at++;
                return new LiteralExpression(token.Position, SqlValue.Of(token.Value));
            case SqlTokenKind.Word:
                return ReadWord(token);
            case SqlTokenKind.Symbol when token.Value == "(":
                return ReadParenthesis(token);
            case SqlTokenKind.Symbol when token.Value == "[":
                return ReadArray(token);
            case SqlTokenKind.Symbol when token.Value == "{":
                return ReadObject(token);
            case SqlTokenKind.Symbol when token.Value == "*" && _isAllAllowed:
                _at++;
                return new AllExpression(token.Position);
            case SqlTokenKind.Symbol when token.Value == "*":
                throw Fail("* is no operand", "it stands alone in SELECT, or as a function's argument");
            default:
                throw Fail($"expected an expression, found {token}");
        }
    }

    private SqlExpression ReadWord(SqlToken token)
    {
        // A keyword followed by a parenthesis may not be a function's name.
        if (Next.Is("(") && !s_reserved.Contains(token.Value))
        {
            _at += 2;
            return token.IsWord("CAST") ? ReadCast(token) : ReadCall(token);
        }

        if (!s_reserved.Contains(token.Value))
        {
            _at++;
            return new NameExpression(token.Position, token.Value);
        }

        switch (token.Value.ToUpperInvariant())
        {
            case "NULL":
                _at++;
                return new LiteralExpression(token.Position, SqlValue.Null);
            case "UNDEFINED":
                _at++;
                return new LiteralExpression(token.Position, SqlValue.Undefined);
            case "TRUE":
                _at++;
                return new LiteralExpression(token.Position, SqlValue.True);
            case "FALSE":
                _at++;
                return new LiteralExpression(token.Position, SqlValue.False);
            case "CASE":
                return ReadCase(token);
            case "EXISTS":
                RequireNewVersion(token, "EXISTS");
                _at++;
                Expect("(");
                SqlQuery query = ReadQuery(isOuter: false);
                Expect(")");
                return new ExistsExpression(token.Position, query);
            default:
                throw Fail($"expected an expression, found {token}", $"a member of this name is read by get(*, '{token.Value}')");
        }
    }

    private SqlExpression ReadParenthesis(SqlToken token)
    {
        _at++;
        if (Current.IsWord("SELECT"))
        {
            RequireNewVersion(token, "a nested query");
            SqlQuery query = ReadQuery(isOuter: false);
            Expect(")");
            return new QueryExpression(token.Position, query);
        }

        bool before = _isAllAllowed;
        _isAllAllowed = false;
        SqlExpression inner = ReadExpression();
        _isAllAllowed = before;
        Expect(")");
        return inner;
    }

    private ArrayExpression ReadArray(SqlToken token)
    {
        RequireNewVersion(token, "an array literal");
        _at++;
        var items = new List<SqlExpression>();
        if (!Current.Is("]"))
        {
            do
            {
                items.Add(ReadExpression());
            }
            while (Take(","));
        }

        Expect("]");
        return new ArrayExpression(token.Position, items);
    }

    private ObjectExpression ReadObject(SqlToken token)
    {
        RequireNewVersion(token, "an object literal");
        _at++;
        var members = new List<(string, SqlExpression)>();
        if (!Current.Is("}"))
        {
            do
            {
                SqlToken name = Current;
                if (name.Kind is not (SqlTokenKind.Text or SqlTokenKind.Word))
                {
                    throw Fail($"expected a member's name, found {name}", "names stand in quotes");
                }

                _at++;
                Expect(":");
                members.Add((name.Value, ReadExpression()));
            }
            while (Take(","));
        }

        Expect("}");
        return new ObjectExpression(token.Position, members);
    }

    private CaseExpression ReadCase(SqlToken token)
    {
        _at++;
        if (Current.IsWord("WHEN"))
        {
            throw Fail("expected an expression after CASE", "CASE x WHEN value THEN result … END, or CASE true WHEN condition THEN …");
        }

        SqlExpression value = ReadExpression();
        var branches = new List<(SqlExpression, SqlExpression)>();
        while (TakeWord("WHEN"))
        {
            SqlExpression when = ReadExpression();
            ExpectWord("THEN");
            branches.Add((when, ReadExpression()));
            CheckChain(branches.Count);
        }

        if (branches.Count == 0)
        {
            throw Fail($"expected WHEN, found {Current}");
        }

        SqlExpression? otherwise = TakeWord("ELSE") ? ReadExpression() : null;
        ExpectWord("END");
        return new CaseExpression(token.Position, value, branches, otherwise);
    }

    private CastExpression ReadCast(SqlToken token)
    {
        SqlExpression operand = ReadExpression();
        ExpectWord("AS");
        SqlToken type = Current;
        string canonical = SqlCast.Find(type.Value, _version) ?? throw Fail($"expected a type, found {type}", "String, Int, Decimal, Double or Boolean");
        _at++;
        Expect(")");
        return new CastExpression(token.Position, operand, canonical);
    }

    private CallExpression ReadCall(SqlToken token)
    {
        var arguments = new List<SqlExpression>();
        bool before = _isAllAllowed;
        if (!Current.Is(")"))
        {
            do
            {
                _isAllAllowed = Current.Is("*") && (Next.Is(",") || Next.Is(")"));
                arguments.Add(ReadExpression());
            }
            while (Take(","));
        }

        _isAllAllowed = before;
        Expect(")");
        SqlFunction function = SqlFunctions.Find(token.Value) ?? throw new SqlParseException($"there is no function {token.Value}", _sql, token.Position, SqlFunctions.Suggest(token.Value));
        if (function.Refusal is not null)
        {
            throw new SqlParseException($"{function.Name} is not supported: {function.Refusal}", _sql, token.Position);
        }

        if (_version == SqlVersion.V20151008 && function.IsNew)
        {
            throw new SqlParseException($"{function.Name} needs awsIotSqlVersion 2016-03-23", _sql, token.Position);
        }

        if (arguments.Count < function.MinArguments || arguments.Count > function.MaxArguments)
        {
            throw new SqlParseException($"{function.Name} takes {function.Usage}, not {arguments.Count}", _sql, token.Position);
        }

        if (function.Check?.Invoke(arguments) is string wrong)
        {
            throw new SqlParseException($"{function.Name}: {wrong}", _sql, token.Position);
        }

        return new CallExpression(token.Position, function, arguments);
    }

    private SqlToken Next => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    private void RequireNewVersion(SqlToken token, string what)
    {
        if (_version == SqlVersion.V20151008)
        {
            throw new SqlParseException($"{what} needs awsIotSqlVersion 2016-03-23", _sql, token.Position);
        }
    }

    private bool Take(string symbol)
    {
        bool found = Current.Is(symbol);
        _at += found ? 1 : 0;
        return found;
    }

    private bool TakeWord(string word)
    {
        bool found = Current.IsWord(word);
        _at += found ? 1 : 0;
        return found;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
        {
            throw Fail($"expected \"{symbol}\", found {Current}");
        }
    }

    private void ExpectWord(string word)
    {
        if (!TakeWord(word))
        {
            throw Fail($"expected {word}");
        }
    }

    private void ExpectEnd()
    {
        if (Current.Kind != SqlTokenKind.End)
        {
            throw Fail($"expected the end, found {Current}");
        }
    }

    private void CheckChain(int count)
    {
        if (count > MaxChain)
        {
            throw Fail($"more than {MaxChain} in a row");
        }
    }

    private SqlParseException Fail(string message, string? hint = null) => new(message, _sql, Current.Position, hint);

    private Nesting Enter() => ++_depth > MaxDepth ? throw Fail($"nested deeper than {MaxDepth}") : new Nesting(this);

    private readonly struct Nesting(SqlParser parser) : IDisposable
    {
        public void Dispose() => parser._depth--;
    }
}
