using System.Text;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>A statement as text again: parsed, it is the same statement.</summary>
internal static class SqlPrinter
{
    public static string Print(SqlQuery query)
    {
        var text = new StringBuilder();
        Write(text, query);
        return text.ToString();
    }

    public static string Print(SqlExpression expression)
    {
        var text = new StringBuilder();
        Write(text, expression, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, SqlQuery query)
    {
        text.Append(query.IsValue ? "SELECT VALUE " : "SELECT ");
        for (int i = 0; i < query.Items.Count; i++)
        {
            text.Append(i == 0 ? string.Empty : ", ");
            SelectItem item = query.Items[i];
            int start = text.Length;
            Write(text, item.Value, item.IsSpread ? 9 : 0);
            if (query.IsValue && text.Length > start + 1 && text[start] == '-' && text[start + 1] == ' ')
            {
                // VALUE - x would be a difference.
                text.Insert(start, '(').Append(')');
            }

            text.Append(item.IsSpread ? ".*" : string.Empty);
            if (item.Alias is not null)
            {
                text.Append(" AS ").AppendJoin('.', item.Alias.Select(name => SqlLexer.IsName(name) ? name : Quote(name)));
            }
        }

        if (query.TopicFilter is not null)
        {
            text.Append(" FROM ").Append(Quote(query.TopicFilter));
        }

        if (query.Source is not null)
        {
            text.Append(" FROM ");
            Write(text, query.Source, 9);
        }

        if (query.Where is not null)
        {
            text.Append(" WHERE ");
            Write(text, query.Where, 0);
        }
    }

    private static void Write(StringBuilder text, SqlExpression expression, int outer)
    {
        switch (expression)
        {
            case LiteralExpression literal:
                WriteLiteral(text, literal.Value, outer);
                break;
            case AllExpression:
                text.Append('*');
                break;
            case NameExpression name:
                text.Append(name.Name);
                break;
            case MemberExpression member:
                Write(text, member.Target, 9);
                text.Append('.').Append(SqlLexer.IsName(member.Name) ? member.Name : Quote(member.Name));
                break;
            case IndexExpression index:
                Write(text, index.Target, 9);
                text.Append('[');
                Write(text, index.Index, 0);
                text.Append(']');
                break;
            case UnaryExpression unary:
                int own = unary.Operator == SqlOperator.Not ? 3 : 7;
                Open(text, own < outer);
                text.Append(unary.Operator == SqlOperator.Not ? "NOT " : "- ");
                Write(text, unary.Operand, own);
                Close(text, own < outer);
                break;
            case BinaryExpression binary:
                int level = Level(binary.Operator);
                Open(text, level < outer);

                // Comparisons do not follow each other, so both sides are of the next level; the others lean left.
                Write(text, binary.Left, level == 4 ? 5 : level);
                text.Append(' ').Append(Symbol(binary.Operator)).Append(' ');
                Write(text, binary.Right, level + 1);
                Close(text, level < outer);
                break;
            case CaseExpression cases:
                text.Append("CASE ");
                Write(text, cases.Value, 0);
                foreach ((SqlExpression when, SqlExpression then) in cases.Branches)
                {
                    text.Append(" WHEN ");
                    Write(text, when, 0);
                    text.Append(" THEN ");
                    Write(text, then, 0);
                }

                if (cases.Otherwise is not null)
                {
                    text.Append(" ELSE ");
                    Write(text, cases.Otherwise, 0);
                }

                text.Append(" END");
                break;
            case ExistsExpression exists:
                text.Append("EXISTS (");
                Write(text, exists.Query);
                text.Append(')');
                break;
            case QueryExpression query:
                text.Append('(');
                Write(text, query.Query);
                text.Append(')');
                break;
            case CallExpression call:
                text.Append(call.Function.Name);
                WriteList(text, '(', call.Arguments, ')');
                break;
            case CastExpression cast:
                text.Append("cast(");
                Write(text, cast.Operand, 0);
                text.Append(" AS ").Append(cast.Type).Append(')');
                break;
            case ArrayExpression array:
                WriteList(text, '[', array.Items, ']');
                break;
            case ObjectExpression members:
                text.Append('{');
                for (int i = 0; i < members.Members.Count; i++)
                {
                    text.Append(i == 0 ? string.Empty : ", ").Append(Quote(members.Members[i].Name)).Append(": ");
                    Write(text, members.Members[i].Value, 0);
                }

                text.Append('}');
                break;
        }
    }

    private static void WriteList(StringBuilder text, char open, IReadOnlyList<SqlExpression> items, char close)
    {
        text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? string.Empty : ", ");
            Write(text, items[i], 0);
        }

        text.Append(close);
    }

    private static void WriteLiteral(StringBuilder text, SqlValue value, int outer)
    {
        switch (value.Kind)
        {
            case SqlKind.String:
                text.Append(Quote(value.Text));
                break;
            case SqlKind.Boolean:
                text.Append(value.IsTrue ? "TRUE" : "FALSE");
                break;
            case SqlKind.Int or SqlKind.Decimal:
                // A negative number before . or [ would be another expression.
                string digits = value.NumberText();
                Open(text, outer >= 9 && digits[0] == '-');
                text.Append(digits);
                Close(text, outer >= 9 && digits[0] == '-');
                break;
            default:
                text.Append(value.Kind == SqlKind.Null ? "NULL" : "UNDEFINED");
                break;
        }
    }

    private static void Open(StringBuilder text, bool needed) => text.Append(needed ? "(" : string.Empty);

    private static void Close(StringBuilder text, bool needed) => text.Append(needed ? ")" : string.Empty);

    private static string Quote(string value) => "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";

    private static int Level(SqlOperator found) => found switch
    {
        SqlOperator.Or => 1,
        SqlOperator.And => 2,
        SqlOperator.Add or SqlOperator.Subtract => 5,
        SqlOperator.Multiply or SqlOperator.Divide or SqlOperator.Modulo => 6,
        _ => 4,
    };

    private static string Symbol(SqlOperator found) => found switch
    {
        SqlOperator.Or => "OR",
        SqlOperator.And => "AND",
        SqlOperator.Equal => "=",
        SqlOperator.NotEqual => "<>",
        SqlOperator.Less => "<",
        SqlOperator.LessOrEqual => "<=",
        SqlOperator.Greater => ">",
        SqlOperator.GreaterOrEqual => ">=",
        SqlOperator.In => "IN",
        SqlOperator.Add => "+",
        SqlOperator.Subtract => "-",
        SqlOperator.Multiply => "*",
        SqlOperator.Divide => "/",
        _ => "%",
    };
}
