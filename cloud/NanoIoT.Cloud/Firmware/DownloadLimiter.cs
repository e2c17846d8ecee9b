using System.Security.Cryptography;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Firmware;

/// <summary>
/// Keeps a herd of boards from crowding the service: so many downloads at a time, and so many bytes a second for all of them. Who is
/// one too many is told to come back (503 with Retry-After), each at another moment; a download is a range, so nobody loses what it has.
/// </summary>
/// <param name="options">The limits; 0 for none.</param>
/// <param name="time">The clock.</param>
public sealed class DownloadLimiter(CloudOptions options, TimeProvider time)
{
    private const int LeastRetrySeconds = 5;
    private const int MostRetrySeconds = 60;
    private readonly Lock _lock = new();
    private int _downloads;
    private long _free;

    /// <summary>Whether bytes are held back.</summary>
    public bool HasRate => options.MaxDownloadBytesPerSecond > 0;

    /// <summary>Begins a download.</summary>
    /// <returns>Null where it may go on and must end with <see cref="Leave"/>; else after how many seconds to come back.</returns>
    public int? Enter()
    {
        if (Interlocked.Increment(ref _downloads) <= options.MaxDownloads || options.MaxDownloads == 0)
        {
            return null;
        }

        Leave();
        return RandomNumberGenerator.GetInt32(LeastRetrySeconds, MostRetrySeconds + 1);
    }

    /// <summary>Ends a download.</summary>
    public void Leave() => Interlocked.Decrement(ref _downloads);

    /// <summary>Waits until bytes may be sent.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The task.</returns>
    public Task WaitAsync(int bytes, CancellationToken cancellationToken)
    {
        if (!HasRate)
        {
            return Task.CompletedTask;
        }

        TimeSpan wait;
        lock (_lock)
        {
            // The moment from which on the line is free: each takes its turn behind the one before.
            long now = time.GetTimestamp();
            long begin = Math.Max(now, _free);
            _free = begin + (long)((double)bytes / options.MaxDownloadBytesPerSecond * time.TimestampFrequency);
            wait = time.GetElapsedTime(now, begin);
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }
}
