namespace NanoIoT.Testing;

/// <summary>The machine's clock, moved: what a test would otherwise wait for.</summary>
public sealed class MovedTime : TimeProvider
{
    private long _ticks;
    private long _jump;

    /// <summary>Moves it on, as if that time had passed.</summary>
    /// <param name="by">By how much.</param>
    public void Move(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    /// <summary>Sets the wall clock, while no time passes.</summary>
    /// <param name="by">By how much, forward or back.</param>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _jump, by.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks) + Interlocked.Read(ref _jump));

    /// <inheritdoc/>
    public override long GetTimestamp() => base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _ticks)).TotalSeconds * TimestampFrequency);
}
