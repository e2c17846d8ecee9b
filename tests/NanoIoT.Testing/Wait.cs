using System.Diagnostics;

namespace NanoIoT.Testing;

/// <summary>Waiting for what must come, with a limit that only a failure reaches.</summary>
public static class Wait
{
    /// <summary>How long a test waits before it fails: far longer than any machine needs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Waits until something holds.</summary>
    /// <param name="condition">What.</param>
    /// <param name="what">What, in words.</param>
    /// <param name="story">What a failure tells beside that, or null.</param>
    /// <returns>The task.</returns>
    public static Task UntilAsync(Func<bool> condition, string what, Func<string>? story = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return UntilAsync(() => Task.FromResult(condition()), what, story);
    }

    /// <summary>Waits until something holds that must be asked for.</summary>
    /// <param name="condition">What.</param>
    /// <param name="what">What, in words.</param>
    /// <param name="story">What a failure tells beside that, or null.</param>
    /// <returns>The task.</returns>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, Func<string>? story = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var clock = Stopwatch.StartNew();
        while (!await condition().ConfigureAwait(false))
        {
            if (clock.Elapsed > Limit)
            {
                throw new TimeoutException("did not happen: " + what + (story is null ? string.Empty : "\n" + story()));
            }

            await Task.Delay(20).ConfigureAwait(false);
        }
    }
}
