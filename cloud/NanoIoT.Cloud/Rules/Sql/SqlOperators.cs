namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>Operators, by AWS's tables: operands they have no meaning for give Undefined.</summary>
internal static class SqlOperators
{
    public static SqlValue Compare(SqlOperator comparison, in SqlValue left, in SqlValue right)
    {
        if (left.IsUndefined || right.IsUndefined)
        {
            return SqlValue.Undefined;
        }

        switch (comparison)
        {
            case SqlOperator.Equal:
                return SqlValue.Of(SqlValue.AreEqual(left, right));
            case SqlOperator.NotEqual:
                return SqlValue.Of(!SqlValue.AreEqual(left, right));
            case SqlOperator.In:
                return right.Kind == SqlKind.Array ? SqlValue.Of(Contains(right.Items, left)) : SqlValue.Undefined;
        }

        SqlValue first = left.ToNumber();
        SqlValue second = right.ToNumber();
        if (first.IsUndefined || second.IsUndefined)
        {
            return SqlValue.Undefined;
        }

        int order = first.IsDouble || second.IsDouble ? first.Double.CompareTo(second.Double) : first.Number.CompareTo(second.Number);
        return SqlValue.Of(comparison switch
        {
            SqlOperator.Less => order < 0,
            SqlOperator.LessOrEqual => order <= 0,
            SqlOperator.Greater => order > 0,
            _ => order >= 0,
        });
    }

    public static SqlValue Calculate(SqlOperator operation, in SqlValue left, in SqlValue right)
    {
        if (operation == SqlOperator.Add && (left.Kind == SqlKind.String || right.Kind == SqlKind.String))
        {
            return left.ToText() is string before && right.ToText() is string after ? SqlValue.Of(before + after) : SqlValue.Undefined;
        }

        SqlValue first = left.ToNumber();
        SqlValue second = right.ToNumber();
        if (first.IsUndefined || second.IsUndefined)
        {
            return SqlValue.Undefined;
        }

        // A string that is a number takes part as a decimal.
        bool isInt = left.Kind == SqlKind.Int && right.Kind == SqlKind.Int;
        if (first.IsDouble || second.IsDouble)
        {
            return SqlValue.OfDouble(Calculate(operation, first.Double, second.Double));
        }

        try
        {
            decimal a = first.Number;
            decimal b = second.Number;
            if (b == 0 && operation is SqlOperator.Divide or SqlOperator.Modulo)
            {
                return SqlValue.Undefined;
            }

            decimal result = operation switch
            {
                SqlOperator.Add => a + b,
                SqlOperator.Subtract => a - b,
                SqlOperator.Multiply => a * b,
                SqlOperator.Divide => a / b,
                _ => a % b,
            };
            return isInt ? SqlValue.OfInt(result) : SqlValue.OfDecimal(result);
        }
        catch (OverflowException)
        {
            return SqlValue.OfDouble(Calculate(operation, first.Double, second.Double));
        }
    }

    public static SqlValue Negate(in SqlValue value)
    {
        SqlValue number = value.ToNumber();
        return number.Kind switch
        {
            SqlKind.Undefined => number,
            _ when number.IsDouble => SqlValue.OfDouble(-number.Double),
            SqlKind.Int => SqlValue.OfInt(-number.Number),
            _ => SqlValue.OfDecimal(-number.Number),
        };
    }

    public static SqlValue Not(in SqlValue value) => value.ToBoolean() is bool truth ? SqlValue.Of(!truth) : SqlValue.Undefined;

    public static SqlValue And(in SqlValue left, in SqlValue right) =>
        left.ToBoolean() is bool first && right.ToBoolean() is bool second ? SqlValue.Of(first && second) : SqlValue.Undefined;

    public static SqlValue Or(in SqlValue left, in SqlValue right) =>
        left.ToBoolean() is bool first && right.ToBoolean() is bool second ? SqlValue.Of(first || second) : SqlValue.Undefined;

    private static bool Contains(List<SqlValue> items, in SqlValue wanted)
    {
        foreach (SqlValue item in items)
        {
            if (SqlValue.AreEqual(item, wanted))
            {
                return true;
            }
        }

        return false;
    }

    private static double Calculate(SqlOperator operation, double a, double b) => operation switch
    {
        SqlOperator.Add => a + b,
        SqlOperator.Subtract => a - b,
        SqlOperator.Multiply => a * b,
        SqlOperator.Divide => a / b,
        _ => a % b,
    };
}
