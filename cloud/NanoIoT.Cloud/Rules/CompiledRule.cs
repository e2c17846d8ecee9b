using NanoIoT.Cloud.Rules.Sql;

namespace NanoIoT.Cloud.Rules;

/// <summary>A rule ready to run.</summary>
internal sealed class CompiledRule(string name, SqlStatement statement, IReadOnlyList<CompiledAction>? actions = null, CompiledAction? errorAction = null)
{
    public string Name => name;

    public SqlStatement Statement => statement;

    public IReadOnlyList<CompiledAction> Actions => actions ?? [];

    public CompiledAction? ErrorAction => errorAction;

    /// <summary>Whether it is evaluated behind its queue, because it reads elsewhere.</summary>
    public bool IsDeferred => statement.Externals.Count > 0;

    /// <summary>Takes results of a live query, where it is one.</summary>
    public Action<string, ReadOnlyMemory<byte>>? Tail { get; init; }
}
