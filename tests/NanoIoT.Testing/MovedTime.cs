namespace NanoIoT.Testing;

/// <summary>The machine's clock, moved: what a test would otherwise wait for.</summary>
public sealed class MovedTime : TimeProvider
{
    private long _ticks;

    /// <summary>Moves it on.</summary>
    /// <param name="by">By how much.</param>
    public void Move(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
}
