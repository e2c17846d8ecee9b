using NanoIoT.Cloud.Broker;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>What an expression becomes: a chain of delegates, nothing of it parsed or looked up again per message.</summary>
internal delegate SqlValue SqlEvaluator(SqlContext context);

/// <summary>A message as rules see it.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Payload">Its payload.</param>
/// <param name="Timestamp">When the service took it, Unix milliseconds.</param>
internal sealed record SqlMessage(string Topic, ReadOnlyMemory<byte> Payload, long Timestamp)
{
    /// <summary>The client's id, or null where it did not come over MQTT.</summary>
    public string? ClientId { get; init; }

    /// <summary>The certificate's id or the user, or null where the service itself published.</summary>
    public string? Principal { get; init; }

    public string? TraceId { get; init; }

    public string? SourceAddress { get; init; }

    public MessageProperties? Properties { get; init; }
}

/// <summary>One message under evaluation.</summary>
/// <param name="message">The message.</param>
/// <param name="version">The rule's version of SQL.</param>
/// <param name="account">The account's id.</param>
internal sealed class SqlContext(SqlMessage message, SqlVersion version, string account)
{
    /// <summary>Calls one message may cost: a nested query could make one for each of its items.</summary>
    public const int MaxCalls = 64;

    private List<SqlValue>? _answers;
    private int _calls;

    public SqlMessage Message => message;

    public SqlVersion Version => version;

    public string Account => account;

    /// <summary>The payload; Undefined where it is no JSON.</summary>
    public SqlValue Root { get; set; }

    /// <summary>What names mean: the payload, or in a nested query its item.</summary>
    public SqlValue Scope { get; set; }

    /// <summary>A call that must be answered by another part of the service or of AWS before the evaluation can be repeated to its end; or null.</summary>
    public SqlExternalCall? Pending { get; private set; }

    /// <summary>Begins an evaluation, the first or one that is repeated because a call was answered.</summary>
    public void Begin() => _calls = 0;

    /// <summary>
    /// Calls another part. An evaluation makes its calls in the same order each time it is repeated, so the answers are known by
    /// their order: the first call that has none yet becomes the pending one, and those after it wait.
    /// </summary>
    public SqlValue Call(string function, IReadOnlyList<SqlValue> arguments)
    {
        if (Pending is not null)
        {
            return SqlValue.Undefined;
        }

        if (_answers is not null && _calls < _answers.Count)
        {
            return _answers[_calls++];
        }

        Pending = new SqlExternalCall(function, arguments);
        return SqlValue.Undefined;
    }

    /// <summary>Answers the pending call.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool TryAnswer(in SqlValue value)
    {
        (_answers ??= []).Add(value);
        Pending = null;
        return _answers.Count < MaxCalls;
    }
}

/// <summary>A call of a function that reads elsewhere.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record SqlExternalCall(string Function, IReadOnlyList<SqlValue> Arguments);
