namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>Operators.</summary>
internal enum SqlOperator
{
    Or,
    And,
    Not,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Negate,
}
