namespace NanoIoT.Cloud.Identity.Users;

/// <summary>Waits until a credential expires, for what goes on longer than the request that it authenticated.</summary>
internal static class CredentialExpiry
{
    /// <summary>The longest single wait: timers take at most 49 days.</summary>
    private static readonly TimeSpan s_step = TimeSpan.FromDays(1);

    /// <summary>Waits until a credential expires.</summary>
    /// <param name="expires">When, Unix seconds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it has expired; false where the wait was ended.</returns>
    public static async Task<bool> WaitAsync(long expires, TimeProvider time, CancellationToken cancellationToken)
    {
        DateTimeOffset end = DateTimeOffset.FromUnixTimeSeconds(expires);
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan left = end - time.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                return true;
            }

            // A timer may be early by less than a millisecond; then it is set again.
            TimeSpan step = left < s_step ? left + TimeSpan.FromMilliseconds(1) : s_step;
            await Task.Delay(step, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }
}
