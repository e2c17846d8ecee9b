namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>A statement, compiled. It holds nothing of a message, so many threads evaluate it at a time.</summary>
internal sealed class SqlStatement
{
    private readonly SqlEvaluator? _select;
    private readonly Func<SqlContext, bool>? _where;
    private readonly bool _needsPayload;
    private readonly SqlNames? _names;

    private SqlStatement(SqlQuery query, SqlVersion version, SqlCompiler compiler, IReadOnlyDictionary<string, SqlEvaluator> templates)
    {
        Query = query;
        Version = version;
        Templates = templates;
        _where = query.Where is null ? null : compiler.CompileCondition(query.Where);

        // SELECT * alone gives the payload as it came; if nothing else looks into it, it is not even read.
        _select = query.Items is [{ Value: AllExpression }] && !query.IsValue ? null : compiler.CompileSelect(query);
        Externals = [.. compiler.Externals];
        _needsPayload = compiler.NeedsPayload;
        _names = compiler.NeedsAll ? null : new SqlNames(compiler.Names);
    }

    public SqlQuery Query { get; }

    public SqlVersion Version { get; }

    /// <summary>Expressions of the actions' substitution templates, by their text.</summary>
    public IReadOnlyDictionary<string, SqlEvaluator> Templates { get; }

    /// <summary>Functions it calls that read elsewhere.</summary>
    public IReadOnlyList<string> Externals { get; }

    /// <summary>Compiles a statement and the expressions of its actions.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="version">Its version.</param>
    /// <param name="templates">Expressions of substitution templates.</param>
    /// <exception cref="SqlParseException">It is none, or needs what there is not.</exception>
    public static SqlStatement Compile(string sql, SqlVersion version = SqlVersion.V20160323, IEnumerable<string>? templates = null)
    {
        SqlQuery query = SqlParser.Parse(sql, version);
        var compiler = new SqlCompiler();
        var compiled = new Dictionary<string, SqlEvaluator>(StringComparer.Ordinal);
        foreach (string template in templates ?? [])
        {
            if (!compiled.ContainsKey(template))
            {
                compiled.Add(template, compiler.Compile(SqlParser.ParseExpression(template, version)));
            }
        }

        return new SqlStatement(query, version, compiler, compiled);
    }

    /// <summary>The version a rule names.</summary>
    /// <returns>The version, or null where it is none.</returns>
    public static SqlVersion? FindVersion(string name) => name switch
    {
        "2016-03-23" or "beta" => SqlVersion.V20160323,
        "2015-10-08" => SqlVersion.V20151008,
        _ => null,
    };

    /// <summary>Evaluates a message.</summary>
    /// <param name="context">The message; afterwards its templates can be evaluated. While it has a pending call, the result does not count.</param>
    /// <returns>The result's bytes, or null where WHERE refused the message or there is no result.</returns>
    public ReadOnlyMemory<byte>? Evaluate(SqlContext context)
    {
        context.Begin();
        ReadPayload(context);
        if (_where is not null && !_where(context))
        {
            return null;
        }

        if (_select is null)
        {
            return context.Message.Payload;
        }

        SqlValue result = _select(context);
        if (result.IsUndefined)
        {
            return null;
        }

        return SqlJson.WriteBytes(Version == SqlVersion.V20160323 ? Trim(result) : result);
    }

    /// <summary>What each clause gives, for <c>nanoiot rule test</c>.</summary>
    public (bool IsJson, SqlValue? Where, IReadOnlyList<(string Item, SqlValue Value)> Items) Explain(SqlContext context)
    {
        context.Begin();
        var compiler = new SqlCompiler();
        bool isJson = SqlJson.TryParse(context.Message.Payload.Span, Version, null, out SqlValue root);
        context.Root = context.Scope = root;
        SqlValue? where = Query.Where is null ? null : compiler.Compile(Query.Where)(context);
        return (isJson, where, [.. Query.Items.Select(item => (SqlPrinter.Print(item.Value) + (item.IsSpread ? ".*" : string.Empty), compiler.Compile(item.Value)(context)))]);
    }

    private static SqlValue Trim(SqlValue value)
    {
        switch (value.Kind)
        {
            case SqlKind.Decimal:
                return value.Trimmed();
            case SqlKind.Array:
                List<SqlValue> items = value.Items;
                for (int i = 0; i < items.Count; i++)
                {
                    if (items[i].Kind is SqlKind.Decimal or SqlKind.Array or SqlKind.Object)
                    {
                        return SqlValue.Of(items.ConvertAll(Trim));
                    }
                }

                return value;
            case SqlKind.Object:
                SqlObject? changed = null;
                foreach ((string name, SqlValue member) in value.Members.Members)
                {
                    if (member.Kind is SqlKind.Decimal or SqlKind.Array or SqlKind.Object)
                    {
                        changed = new SqlObject(value.Members.Count);
                        break;
                    }
                }

                if (changed is null)
                {
                    return value;
                }

                foreach ((string name, SqlValue member) in value.Members.Members)
                {
                    changed.Set(name, Trim(member));
                }

                return SqlValue.Of(changed);
            default:
                return value;
        }
    }

    private void ReadPayload(SqlContext context)
    {
        if (_needsPayload && context.Root.IsUndefined && SqlJson.TryParse(context.Message.Payload.Span, Version, _names, out SqlValue root))
        {
            context.Root = root;
        }

        context.Scope = context.Root;
    }
}
