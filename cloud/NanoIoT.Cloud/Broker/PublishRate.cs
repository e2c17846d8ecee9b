namespace NanoIoT.Cloud.Broker;

/// <summary>
/// How fast one connection publishes: AWS IoT takes 100 messages a second and throws away the rest; here the connection is
/// read more slowly instead, so nothing is lost.
/// </summary>
internal sealed class PublishRate
{
    private double _tokens = double.NaN;
    private long _last;

    /// <summary>Waits until the connection may publish again.</summary>
    public Task WaitAsync(int perSecond, CancellationToken cancellationToken)
    {
        long now = Environment.TickCount64;
        _tokens = double.IsNaN(_tokens) ? perSecond : Math.Min(perSecond, _tokens + ((now - _last) * perSecond / 1000.0));
        _last = now;
        _tokens--;
        return _tokens >= 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromSeconds(-_tokens / perSecond), cancellationToken);
    }
}
