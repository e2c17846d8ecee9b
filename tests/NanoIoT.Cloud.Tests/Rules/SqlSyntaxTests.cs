using System.Text;
using CsCheck;
using NanoIoT.Cloud.Rules.Sql;

namespace NanoIoT.Cloud.Tests.Rules;

/// <summary>What is no statement is refused with its place; what is one is printed as itself; nothing brings the parser down.</summary>
[TestClass]
public sealed class SqlSyntaxTests
{
    [TestMethod]
    [DataRow("SELECT temperature FORM 'a'", "expected FROM at 1:20")]
    [DataRow("SELECT a, FROM 'a'", "expected an expression, found \"FROM\" at 1:11 (a member of this name is read by get(*, 'FROM'))")]
    [DataRow("SELECT a\nFROM", "expected a topic filter, found the end at 2:5")]
    [DataRow("SELECT a FROM 'a/#/b'", "the topic filter 'a/#/b' is none: a wildcard is not a whole level, or # is not the last at 1:15")]
    [DataRow("SELECT a FROM 'a' WHERE b = ", "expected an expression, found the end at 1:29")]
    [DataRow("SELECT a FROM 'a' WHERE b != 1", "unexpected \"!\" at 1:27 (not equal is <>)")]
    [DataRow("SELECT a FROM 'a' WHERE b LIKE 'x'", "LIKE is not in AWS IoT SQL at 1:27 (regexp_matches(text, pattern))")]
    [DataRow("SELECT a FROM 'a' ORDER BY a", "ORDER is not in AWS IoT SQL at 1:19")]
    [DataRow("SELECT 'a FROM b", "a string without an end at 1:8")]
    [DataRow("SELECT uper(a) FROM 'a'", "there is no function uper at 1:8 (did you mean upper?)")]
    [DataRow("SELECT abs(1, 2) FROM 'a'", "abs takes 1 argument, not 2 at 1:8")]
    [DataRow("SELECT get_secret('a','b','c') FROM 'a'", "get_secret is not supported: there is no Secrets Manager here; a webhook's secrets are kept with its action at 1:8")]
    [DataRow("SELECT decode(a, 'proto') FROM 'a'", "decode: the scheme is the literal 'base64' at 1:8")]
    [DataRow("SELECT parse_time('yyyy Q', 1) FROM 'a'", "parse_time: the pattern's letter Q is not supported at 1:8")]
    [DataRow("SELECT cast(a as Date) FROM 'a'", "expected a type, found \"Date\" at 1:18 (String, Int, Decimal, Double or Boolean)")]
    [DataRow("SELECT CASE WHEN a THEN b END FROM 'a'", "expected an expression after CASE at 1:13 (CASE x WHEN value THEN result … END, or CASE true WHEN condition THEN …)")]
    [DataRow("SELECT a = b = c FROM 'a'", "comparisons do not follow each other at 1:14 (join them by AND)")]
    [DataRow("SELECT * * 2 FROM 'a'", "expected FROM at 1:10")]
    [DataRow("SELECT 1 + * FROM 'a'", "* is no operand at 1:12 (it stands alone in SELECT, or as a function's argument)")]
    [DataRow("SELECT a FROM 'a';", "unexpected \";\" at 1:18 (a rule is one statement, without ;)")]
    [DataRow("DELETE FROM 'a'", "expected SELECT at 1:1")]
    [DataRow("SELECT VALUE a, b FROM 'a'", "SELECT VALUE takes one expression, without AS at 1:1")]
    [DataRow("SELECT (temperature – 32) AS c FROM 'a'", "unexpected dash at 1:21 (minus is -)")]
    [DataRow("", "expected SELECT at 1:1")]
    public void What_is_no_statement_is_refused_with_its_place_and_a_hint(string sql, string message)
    {
        SqlParseException exception = Assert.ThrowsExactly<SqlParseException>(() => SqlStatement.Compile(sql));

        Assert.AreEqual("SqlParseException", exception.Code);
        Assert.AreEqual(message, exception.Message);
    }

    [TestMethod]
    [DataRow("SELECT a FROM 'a'")]
    [DataRow("SELECT value FROM 'a'")]
    [DataRow("SELECT value, b FROM 'a'")]
    [DataRow("SELECT value * 2 AS double, value - 1, value[0], VALUE + 1 FROM 'a'")]
    [DataRow("SELECT VALUE -1 FROM 'a'")]
    [DataRow("SELECT VALUE (- a) FROM 'a'")]
    [DataRow("SELECT VALUE * FROM 'a'")]
    [DataRow("SELECT VALUE [1] FROM 'a'")]
    [DataRow("SELECT a.b[0].c AS x.y, * FROM 'a/+/#' WHERE NOT (a OR b) AND c IN [1, 2]")]
    [DataRow("SELECT - (- 3) AS a, (1 - (2 - 3)) AS b FROM 'a'")]
    [DataRow("SELECT * FROM 'a' WHERE startswith(topic(), 'it''s')")]
    public void A_statement_is_printed_as_itself(string sql)
    {
        string printed = SqlPrinter.Print(SqlParser.Parse(sql));
        Assert.AreEqual(printed, SqlPrinter.Print(SqlParser.Parse(printed)));
    }

    [TestMethod]
    public void Whatever_is_printed_is_parsed_as_what_was_printed() => Query(isOuter: true).Sample(
        query =>
        {
            string printed = SqlPrinter.Print(query);
            return Describe(SqlParser.Parse(printed)) == Describe(query);
        },
        iter: 5000);

    [TestMethod]
    public void A_hundred_thousand_inputs_do_not_bring_it_down()
    {
        string[] parts =
        [
            "SELECT ", "VALUE ", "FROM ", "'a/b'", "WHERE ", "(", ")", "[", "]", "{", "}", ",", ".", "*", "a", "b ", "AS ", "CASE ", "WHEN ", "THEN ", "ELSE ", "END ", "AND ", "OR ", "NOT ", "IN ", "EXISTS ",
            "1", "-", "+", "/", "%", "=", "<>", "<", ">=", "'x'", "\"", "'", ":", "get(", "topic(", "cast(", "md5(", "parse_time(", "regexp_matches(", "\n", "é", "\ud800", "\0", "1e9", ".5", "NULL", "undefined ", "$", "#",
        ];
        var random = new Random(4711);
        int statements = 0;
        var message = new SqlMessage("a/b", Encoding.UTF8.GetBytes("""{"a":{"b":[1,2,{"a":"x"}]},"b":"5","value":null}"""), 1);
        for (int i = 0; i < 100_000; i++)
        {
            var sql = new StringBuilder(i % 2 == 0 ? "SELECT " : string.Empty);
            int length = random.Next(1, i % 100 == 0 ? 300 : 14);
            for (int j = 0; j < length; j++)
            {
                sql.Append(random.Next(20) == 0 ? (char)random.Next(1, 0x2100) : parts[random.Next(parts.Length)]);
            }

            try
            {
                SqlStatement statement = SqlStatement.Compile(sql.ToString());
                statements++;
                string printed = SqlPrinter.Print(statement.Query);
                Assert.AreEqual(printed, SqlPrinter.Print(SqlParser.Parse(printed)), sql.ToString());
                statement.Evaluate(new SqlContext(message, SqlVersion.V20160323, "1"));
            }
            catch (SqlParseException exception)
            {
                Assert.IsGreaterThanOrEqualTo(0, exception.Position);
            }
        }

        Assert.IsGreaterThan(1000, statements, "the inputs are not all nonsense");
    }

    [TestMethod]
    [DataRow("(", ")")]
    [DataRow("[", "]")]
    [DataRow("- ", "")]
    [DataRow("NOT ", "")]
    [DataRow("abs(", ")")]
    [DataRow("(SELECT VALUE ", " FROM a)")]
    [DataRow("CASE 1 WHEN 1 THEN ", " END")]
    public void What_is_nested_too_deep_is_refused(string open, string close)
    {
        string Deep(int depth) => "SELECT VALUE " + string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth)) + " FROM 'a'";

        SqlStatement.Compile(Deep(20));
        Assert.ThrowsExactly<SqlParseException>(() => SqlStatement.Compile(Deep(1000)));
        Assert.ThrowsExactly<SqlParseException>(() => SqlStatement.Compile(Deep(10_000)));
    }

    [TestMethod]
    [DataRow("+1")]
    [DataRow(" AND 1")]
    [DataRow(".a")]
    [DataRow("[1]")]
    public void Long_chains_are_refused(string link)
    {
        SqlStatement.Compile("SELECT VALUE a" + string.Concat(Enumerable.Repeat(link, 200)) + " FROM 'a'");
        Assert.ThrowsExactly<SqlParseException>(() => SqlStatement.Compile("SELECT VALUE a" + string.Concat(Enumerable.Repeat(link, 8000)) + " FROM 'a'"));
    }

    [TestMethod]
    public void A_pattern_that_would_go_back_for_ever_does_not_hang_it()
    {
        var message = new SqlMessage("a", Encoding.UTF8.GetBytes("{\"t\":\"" + new string('a', 5000) + "\"}"), 1);
        foreach (string pattern in new[] { "(a+)+$b", "(a*)*b", "(?=(a+)+$)b", "(a|aa)+\\1$" })
        {
            SqlStatement.Compile($"SELECT VALUE regexp_matches(t, '{pattern}') FROM 'a'").Evaluate(new SqlContext(message, SqlVersion.V20160323, "1"));
        }
    }

    private static string Describe(SqlQuery query) => SqlPrinter.Print(query) + "|" + query.Items.Count + query.Where?.GetType().Name + Shape(query.Where) + string.Join(',', query.Items.Select(item => Shape(item.Value)));

    /// <summary>The tree itself, so that two statements of one text and two meanings differ.</summary>
    private static string Shape(SqlExpression? expression) => expression switch
    {
        null => string.Empty,
        BinaryExpression binary => $"({Shape(binary.Left)} {binary.Operator} {Shape(binary.Right)})",
        UnaryExpression unary => $"({unary.Operator} {Shape(unary.Operand)})",
        MemberExpression member => $"{Shape(member.Target)}.{member.Name}",
        IndexExpression index => $"{Shape(index.Target)}[{Shape(index.Index)}]",
        CallExpression call => $"{call.Function.Name}({string.Join(',', call.Arguments.Select(Shape))})",
        ArrayExpression array => $"[{string.Join(',', array.Items.Select(Shape))}]",
        ObjectExpression members => $"{{{string.Join(',', members.Members.Select(item => item.Name + ":" + Shape(item.Value)))}}}",
        CaseExpression cases => $"case({Shape(cases.Value)},{string.Join(',', cases.Branches.Select(item => Shape(item.When) + ">" + Shape(item.Then)))},{Shape(cases.Otherwise)})",
        CastExpression cast => $"cast({Shape(cast.Operand)},{cast.Type})",
        QueryExpression query => $"query({Describe(query.Query)})",
        ExistsExpression exists => $"exists({Describe(exists.Query)})",
        LiteralExpression literal => $"{literal.Value.Kind}:{SqlJson.Write(literal.Value)}",
        NameExpression name => name.Name,
        _ => "*",
    };

    private static Gen<SqlQuery> Query(bool isOuter, int depth = 3) =>
        from isValue in Gen.Bool
        from items in Item(depth).Array[1, 3]
        from value in Expression(depth)
        from condition in Expression(depth)
        from hasWhere in Gen.Bool
        from source in OneOf("a", "readings")
        select new SqlQuery(0, isValue, isValue ? [new SelectItem(value, null, false)] : items, isOuter ? "a/+/#" : null, isOuter ? null : new NameExpression(0, source), hasWhere ? condition : null);

    private static Gen<SelectItem> Item(int depth) => Gen.OneOf(
        Gen.Const(new SelectItem(new AllExpression(0), null, false)),
        from value in Expression(depth) from name in Names select new SelectItem(value, [name, "it's"], false),
        from value in Expression(depth) select new SelectItem(value, null, false),
        from name in Names from member in Names select new SelectItem(new MemberExpression(0, new NameExpression(0, name), member), null, true));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Gen<string> Names => OneOf("a", "b_2", "temperature", "$x");

    private static Gen<SqlExpression> Leaf => Gen.OneOf(
        Names.Select(name => (SqlExpression)new NameExpression(0, name)),
        Gen.Int[-1000, 1000].Select(number => (SqlExpression)new LiteralExpression(0, SqlValue.Of(number))),
        Gen.Int[-1000, 1000].Select(number => (SqlExpression)new LiteralExpression(0, SqlValue.OfDecimal((number * 2 + 1) / 16m))),
        OneOf("", "it's", "\"", "x y", "é").Select(text => (SqlExpression)new LiteralExpression(0, SqlValue.Of(text))),
        OneOf(SqlValue.True, SqlValue.False, SqlValue.Null, SqlValue.Undefined).Select(value => (SqlExpression)new LiteralExpression(0, value)));

    private static Gen<SqlExpression> Expression(int depth)
    {
        if (depth == 0)
        {
            return Leaf;
        }

        Gen<SqlExpression> inner = Expression(depth - 1);
        return Gen.OneOf(
            Leaf,
            from operation in OneOf(SqlOperator.Or, SqlOperator.And, SqlOperator.Equal, SqlOperator.Less, SqlOperator.In, SqlOperator.Add, SqlOperator.Subtract, SqlOperator.Multiply, SqlOperator.Modulo)
            from left in inner
            from right in inner
            select (SqlExpression)new BinaryExpression(0, operation, left, right),
            from not in Gen.Bool from operand in inner select (SqlExpression)new UnaryExpression(0, not ? SqlOperator.Not : SqlOperator.Negate, operand),
            from target in inner from name in OneOf("a", "with space") select (SqlExpression)new MemberExpression(0, target, name),
            from target in inner from index in inner select (SqlExpression)new IndexExpression(0, target, index),
            from name in OneOf("concat", "coalesce") from arguments in inner.Array[1, 3] select (SqlExpression)new CallExpression(0, SqlFunctions.Find(name)!, arguments),
            from items in inner.Array[0, 3] select (SqlExpression)new ArrayExpression(0, items),
            from value in inner from name in OneOf("k", "it's") select (SqlExpression)new ObjectExpression(0, [(name, value)]),
            from value in inner from when in inner from then in inner from otherwise in inner from has in Gen.Bool select (SqlExpression)new CaseExpression(0, value, [(when, then)], has ? otherwise : null),
            from operand in inner from type in OneOf("Int", "String", "Boolean") select (SqlExpression)new CastExpression(0, operand, type),
            from query in Query(isOuter: false, depth - 1) from exists in Gen.Bool select exists ? new ExistsExpression(0, query) : (SqlExpression)new QueryExpression(0, query));
    }
}
