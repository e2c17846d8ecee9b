namespace NanoIoT.Cloud.Broker;

/// <summary>
/// Memory that messages on their way to clients take, over all connections. A payload that goes to many clients is in memory once
/// and is counted once.
/// </summary>
/// <param name="limit">The most that messages may take, in bytes.</param>
internal sealed class OutboundBudget(long limit)
{
    private long _used;

    /// <summary>Bytes that are taken now.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Whether more is taken than there is.</summary>
    public bool IsExceeded => Used > limit;

    /// <summary>Takes bytes, also beyond the limit.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _used, bytes);

    /// <summary>Gives bytes back.</summary>
    public void Remove(long bytes) => Interlocked.Add(ref _used, -bytes);
}
