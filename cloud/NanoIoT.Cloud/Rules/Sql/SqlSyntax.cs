namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>An expression, as it was parsed.</summary>
/// <param name="Position">Where it begins, in characters from the statement's start.</param>
internal abstract record SqlExpression(int Position);

/// <summary>A number, a string, TRUE, FALSE, NULL or UNDEFINED.</summary>
internal sealed record LiteralExpression(int Position, SqlValue Value) : SqlExpression(Position);

/// <summary>The whole payload, or in a nested query the whole item.</summary>
internal sealed record AllExpression(int Position) : SqlExpression(Position);

/// <summary>A member of the payload, or in a nested query of the item.</summary>
internal sealed record NameExpression(int Position, string Name) : SqlExpression(Position);

/// <summary><c>target.name</c>.</summary>
internal sealed record MemberExpression(int Position, SqlExpression Target, string Name) : SqlExpression(Position);

/// <summary><c>target[index]</c>.</summary>
internal sealed record IndexExpression(int Position, SqlExpression Target, SqlExpression Index) : SqlExpression(Position);

/// <summary><c>NOT x</c> or <c>-x</c>.</summary>
internal sealed record UnaryExpression(int Position, SqlOperator Operator, SqlExpression Operand) : SqlExpression(Position);

/// <summary><c>left operator right</c>.</summary>
internal sealed record BinaryExpression(int Position, SqlOperator Operator, SqlExpression Left, SqlExpression Right) : SqlExpression(Position);

/// <summary><c>CASE x WHEN … THEN … ELSE … END</c>.</summary>
internal sealed record CaseExpression(int Position, SqlExpression Value, IReadOnlyList<(SqlExpression When, SqlExpression Then)> Branches, SqlExpression? Otherwise) : SqlExpression(Position);

/// <summary><c>EXISTS (SELECT …)</c>.</summary>
internal sealed record ExistsExpression(int Position, SqlQuery Query) : SqlExpression(Position);

/// <summary><c>(SELECT …)</c>.</summary>
internal sealed record QueryExpression(int Position, SqlQuery Query) : SqlExpression(Position);

/// <summary><c>function(…)</c>.</summary>
internal sealed record CallExpression(int Position, SqlFunction Function, IReadOnlyList<SqlExpression> Arguments) : SqlExpression(Position);

/// <summary><c>CAST(x AS type)</c>.</summary>
internal sealed record CastExpression(int Position, SqlExpression Operand, string Type) : SqlExpression(Position);

/// <summary><c>[a, b]</c>.</summary>
internal sealed record ArrayExpression(int Position, IReadOnlyList<SqlExpression> Items) : SqlExpression(Position);

/// <summary><c>{'a': x}</c>.</summary>
internal sealed record ObjectExpression(int Position, IReadOnlyList<(string Name, SqlExpression Value)> Members) : SqlExpression(Position);

/// <summary>One item of a SELECT list.</summary>
/// <param name="Value">The expression.</param>
/// <param name="Alias">The names after AS, where there are.</param>
/// <param name="IsSpread">Whether it is <c>path.*</c>: all members of an object.</param>
internal sealed record SelectItem(SqlExpression Value, IReadOnlyList<string>? Alias, bool IsSpread);

/// <summary>A SELECT.</summary>
/// <param name="Position">Where it begins.</param>
/// <param name="IsValue">Whether it is SELECT VALUE.</param>
/// <param name="Items">The list.</param>
/// <param name="TopicFilter">The topic filter, of the outermost.</param>
/// <param name="Source">What a nested one reads.</param>
/// <param name="Where">The condition, or null.</param>
internal sealed record SqlQuery(int Position, bool IsValue, IReadOnlyList<SelectItem> Items, string? TopicFilter, SqlExpression? Source, SqlExpression? Where);
