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
    private Dictionary<string, SqlValue>? _answers;

    public SqlMessage Message => message;

    public SqlVersion Version => version;

    public string Account => account;

    /// <summary>The payload; Undefined where it is no JSON.</summary>
    public SqlValue Root { get; set; }

    /// <summary>What names mean: the payload, or in a nested query its item.</summary>
    public SqlValue Scope { get; set; }

    /// <summary>A call that must be answered by another part of the service or of AWS before the evaluation can be repeated to its end; or null.</summary>
    public SqlExternalCall? Pending { get; private set; }

    /// <summary>Calls another part; the first time of each call it is noted, and Undefined until it was answered.</summary>
    public SqlValue Call(string function, IReadOnlyList<SqlValue> arguments)
    {
        var call = new SqlExternalCall(function, arguments);
        if (_answers?.TryGetValue(call.Key, out SqlValue answer) == true)
        {
            return answer;
        }

        Pending ??= call;
        return SqlValue.Undefined;
    }

    /// <summary>Answers the pending call.</summary>
    public void Answer(in SqlValue value)
    {
        (_answers ??= new Dictionary<string, SqlValue>(StringComparer.Ordinal))[Pending!.Key] = value;
        Pending = null;
    }
}

/// <summary>A call of a function that reads elsewhere.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record SqlExternalCall(string Function, IReadOnlyList<SqlValue> Arguments)
{
    public string Key { get; } = Function + SqlJson.Write(SqlValue.Of([.. Arguments]));
}
