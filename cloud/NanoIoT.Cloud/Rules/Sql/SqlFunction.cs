namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>A function's place in a statement.</summary>
/// <param name="Arguments">Its arguments, compiled.</param>
/// <param name="Expressions">Its arguments, as parsed.</param>
/// <param name="IsOuter">Whether <c>*</c> means the payload, and not a nested query's item.</param>
internal sealed record SqlCallSite(SqlEvaluator[] Arguments, IReadOnlyList<SqlExpression> Expressions, bool IsOuter)
{
    public SqlValue? Constant(int index) => index < Expressions.Count && Expressions[index] is LiteralExpression literal ? literal.Value : null;
}

/// <summary>A function of AWS IoT SQL.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MinArguments">The fewest arguments.</param>
/// <param name="MaxArguments">The most.</param>
/// <param name="Group">Where the table of functions lists it.</param>
/// <param name="Compile">Makes it.</param>
internal sealed record SqlFunction(string Name, int MinArguments, int MaxArguments, string Group, Func<SqlCallSite, SqlEvaluator> Compile)
{
    /// <summary>Whether it came with version 2016-03-23.</summary>
    public bool IsNew { get; init; }

    /// <summary>Why it is refused, or null.</summary>
    public string? Refusal { get; init; }

    /// <summary>What differs from AWS's, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Whether it reads elsewhere, so that a rule with it is evaluated behind its queue.</summary>
    public bool IsExternal { get; init; }

    /// <summary>Says what is wrong with its arguments, or null.</summary>
    public Func<IReadOnlyList<SqlExpression>, string?>? Check { get; init; }

    public string Usage => MinArguments == MaxArguments ? $"{MinArguments} argument{(MinArguments == 1 ? string.Empty : "s")}"
        : MaxArguments == int.MaxValue ? $"at least {MinArguments} arguments" : $"{MinArguments} to {MaxArguments} arguments";
}
