namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>Turns expressions into delegates, once per rule, and notes what of the payload they look at.</summary>
internal sealed class SqlCompiler
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _externals = new(StringComparer.Ordinal);
    private int _nesting;

    /// <summary>Whether the payload is looked at as JSON at all.</summary>
    public bool NeedsPayload => NeedsAll || _names.Count > 0;

    /// <summary>Whether all of the payload is looked at.</summary>
    public bool NeedsAll { get; private set; }

    /// <summary>The payload's members that are looked at.</summary>
    public IReadOnlySet<string> Names => _names;

    /// <summary>Functions that read elsewhere.</summary>
    public IReadOnlySet<string> Externals => _externals;

    public SqlEvaluator Compile(SqlExpression expression)
    {
        switch (expression)
        {
            case LiteralExpression literal:
                SqlValue value = literal.Value;
                return _ => value;
            case AllExpression:
                NeedsAll |= _nesting == 0;
                return context => context.Scope;
            case NameExpression name:
                string member = name.Name;
                if (_nesting == 0)
                {
                    _names.Add(member);
                }

                return context => context.Scope.Kind == SqlKind.Object ? context.Scope.Members.Get(member) : SqlValue.Undefined;
            case MemberExpression path:
                SqlEvaluator target = Compile(path.Target);
                string child = path.Name;
                return context =>
                {
                    SqlValue parent = target(context);
                    return parent.Kind == SqlKind.Object ? parent.Members.Get(child) : SqlValue.Undefined;
                };
            case IndexExpression index:
                SqlEvaluator list = Compile(index.Target);
                SqlEvaluator at = Compile(index.Index);
                return context => TypeFunctions.Get(list(context), at(context));
            case UnaryExpression unary:
                SqlEvaluator operand = Compile(unary.Operand);
                return unary.Operator == SqlOperator.Not ? context => SqlOperators.Not(operand(context)) : context => SqlOperators.Negate(operand(context));
            case BinaryExpression binary:
                return CompileBinary(binary);
            case CaseExpression cases:
                return CompileCase(cases);
            case ExistsExpression exists:
                SqlEvaluator found = CompileNested(exists.Query);
                return context => found(context) switch
                {
                    { IsUndefined: true } => SqlValue.False,
                    { Kind: SqlKind.Array } rows => SqlValue.Of(rows.Items.Count > 0),
                    _ => SqlValue.True,
                };
            case QueryExpression nested:
                return CompileNested(nested.Query);
            case CallExpression call:
                return CompileCall(call);
            case CastExpression cast:
                SqlEvaluator castOf = Compile(cast.Operand);
                string type = cast.Type;
                return context => SqlCast.Apply(castOf(context), type);
            case ArrayExpression array:
                SqlEvaluator[] items = [.. array.Items.Select(Compile)];
                return context =>
                {
                    var values = new List<SqlValue>(items.Length);
                    foreach (SqlEvaluator item in items)
                    {
                        SqlValue element = item(context);
                        if (!element.IsUndefined)
                        {
                            values.Add(element);
                        }
                    }

                    return SqlValue.Of(values);
                };
            case ObjectExpression members:
                (string Name, SqlEvaluator Value)[] parts = [.. members.Members.Select(item => (item.Name, Compile(item.Value)))];
                return context =>
                {
                    var made = new SqlObject(parts.Length);
                    foreach ((string key, SqlEvaluator part) in parts)
                    {
                        made.Set(key, part(context));
                    }

                    return SqlValue.Of(made);
                };
            default:
                throw new InvalidOperationException($"no expression: {expression}");
        }
    }

    /// <summary>A condition: exactly true, or not. Of conditions joined by AND the rest is not looked at once one fails.</summary>
    public Func<SqlContext, bool> CompileCondition(SqlExpression expression)
    {
        if (expression is BinaryExpression { Operator: SqlOperator.And } both)
        {
            Func<SqlContext, bool> left = CompileCondition(both.Left);
            Func<SqlContext, bool> right = CompileCondition(both.Right);
            return context => left(context) && right(context);
        }

        SqlEvaluator evaluate = Compile(expression);
        return context => evaluate(context).ToBoolean() == true;
    }

    /// <summary>A select list.</summary>
    public SqlEvaluator CompileSelect(SqlQuery query)
    {
        if (query.IsValue || query.Items is [{ Value: AllExpression }])
        {
            return Compile(query.Items[0].Value);
        }

        (SqlEvaluator Value, string[]? Path)[] items = [.. query.Items.Select(item => (Compile(item.Value), item.Value is AllExpression || item.IsSpread ? null : PathOf(item)))];
        return context =>
        {
            var result = new SqlObject(items.Length);
            foreach ((SqlEvaluator value, string[]? path) in items)
            {
                SqlValue selected = value(context);
                if (path is null)
                {
                    if (selected.Kind == SqlKind.Object)
                    {
                        foreach ((string name, SqlValue member) in selected.Members.Members)
                        {
                            result.Set(name, member);
                        }
                    }
                }
                else if (path.Length == 1)
                {
                    if (!selected.IsUndefined)
                    {
                        result.Set(path[0], selected);
                    }
                }
                else
                {
                    SetPath(result, path, selected);
                }
            }

            return SqlValue.Of(result);
        };
    }

    /// <summary>The names a result stands under: after AS, else the last of a path, else the expression as it is written.</summary>
    private static string[] PathOf(SelectItem item) => item.Alias is not null ? [.. item.Alias] : [item.Value switch
    {
        NameExpression name => name.Name,
        MemberExpression member => member.Name,
        _ => SqlPrinter.Print(item.Value),
    }];

    private static void SetPath(SqlObject target, string[] path, SqlValue value)
    {
        if (value.IsUndefined)
        {
            return;
        }

        for (int i = 0; i < path.Length - 1; i++)
        {
            SqlValue next = target.Get(path[i]);
            if (next.Kind != SqlKind.Object)
            {
                next = SqlValue.Of(new SqlObject());
                target.Set(path[i], next);
            }

            target = next.Members;
        }

        target.Set(path[^1], value);
    }

    private SqlEvaluator CompileBinary(BinaryExpression binary)
    {
        SqlEvaluator left = Compile(binary.Left);
        SqlEvaluator right = Compile(binary.Right);
        SqlOperator operation = binary.Operator;
        return operation switch
        {
            SqlOperator.And => context => SqlOperators.And(left(context), right(context)),
            SqlOperator.Or => context => SqlOperators.Or(left(context), right(context)),
            >= SqlOperator.Add => context => SqlOperators.Calculate(operation, left(context), right(context)),
            _ => context => SqlOperators.Compare(operation, left(context), right(context)),
        };
    }

    private SqlEvaluator CompileCase(CaseExpression cases)
    {
        SqlEvaluator value = Compile(cases.Value);
        (SqlEvaluator When, SqlEvaluator Then)[] branches = [.. cases.Branches.Select(branch => (Compile(branch.When), Compile(branch.Then)))];
        SqlEvaluator otherwise = cases.Otherwise is null ? _ => SqlValue.Undefined : Compile(cases.Otherwise);
        return context =>
        {
            SqlValue wanted = value(context);
            if (wanted.IsUndefined)
            {
                return wanted;
            }

            foreach ((SqlEvaluator when, SqlEvaluator then) in branches)
            {
                if (SqlOperators.Compare(SqlOperator.Equal, wanted, when(context)).IsTrue)
                {
                    return then(context);
                }
            }

            return otherwise(context);
        };
    }

    private SqlEvaluator CompileCall(CallExpression call)
    {
        if (call.Function.IsExternal)
        {
            _externals.Add(call.Function.Name);
        }

        // encode(*, …) takes the payload's bytes, whether they are JSON or not.
        bool isRaw = call.Function.Name == "encode" && _nesting == 0 && call.Arguments[0] is AllExpression;
        SqlEvaluator[] arguments = isRaw ? [] : [.. call.Arguments.Select(Compile)];
        return call.Function.Compile(new SqlCallSite(arguments, call.Arguments, _nesting == 0));
    }

    /// <summary>A nested query: over an array it gives an array, over an object its select list.</summary>
    private SqlEvaluator CompileNested(SqlQuery query)
    {
        SqlEvaluator source = Compile(query.Source!);
        _nesting++;
        Func<SqlContext, bool> where = query.Where is null ? _ => true : CompileCondition(query.Where);
        SqlEvaluator select = CompileSelect(query);
        _nesting--;
        return context =>
        {
            SqlValue rows = source(context);
            SqlValue outer = context.Scope;
            try
            {
                if (rows.Kind != SqlKind.Array)
                {
                    context.Scope = rows;
                    return rows.Kind == SqlKind.Object && where(context) ? select(context) : SqlValue.Undefined;
                }

                var selected = new List<SqlValue>();
                foreach (SqlValue row in rows.Items)
                {
                    context.Scope = row;
                    if (where(context) && select(context) is { IsUndefined: false } result)
                    {
                        selected.Add(result);
                    }
                }

                return SqlValue.Of(selected);
            }
            finally
            {
                context.Scope = outer;
            }
        };
    }
}
