using System.Globalization;
using Microsoft.Extensions.Logging;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>
/// The time that campaigns use: the machine's clock at the start of the process plus the elapsed time of the monotonic clock. If the
/// machine's clock differs from it by more than <see cref="Tolerance"/>, the clock was set: the jump is logged and campaigns ignore
/// the new time until an operator confirms it or corrects the clock. Smaller differences, such as corrections by NTP, are adopted.
/// </summary>
internal sealed partial class CampaignClock
{
    /// <summary>How far the machine's clock may differ before it counts as a jump.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly ILogger<CampaignClock> _logger;
    private readonly Lock _lock = new();
    private long _base;
    private long _timestamp;
    private bool _isReported;

    public CampaignClock(TimeProvider time, ILogger<CampaignClock> logger)
    {
        _time = time;
        _logger = logger;
        _base = Wall;
        _timestamp = time.GetTimestamp();
        Started = _base;
    }

    /// <summary>When the process started, in campaigns' time, Unix milliseconds.</summary>
    public long Started { get; private set; }

    /// <summary>Campaigns' time, Unix milliseconds.</summary>
    public long Now => Read().Now;

    /// <summary>How far the machine's clock jumped, milliseconds; 0 where it did not, or the jump was confirmed or undone.</summary>
    public long Jump => Read().Jump;

    private long Wall => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Goes by the machine's clock again.</summary>
    public void Confirm()
    {
        lock (_lock)
        {
            (long now, long jump) = Measure();
            Started += jump;
            Set(now + jump);
            LogConfirmed(Describe(jump));
        }
    }

    /// <summary>A jump in words: "set forward by 2 days 0 hours 0 minutes".</summary>
    public static string Describe(long jump) => (jump > 0 ? "set forward by " : "set back by ") + Describe(TimeSpan.FromSeconds(Math.Abs(jump) / 1000));

    private static string Describe(TimeSpan time)
    {
        if (time < TimeSpan.FromMinutes(1))
        {
            return Count(time.Seconds, "second");
        }

        string days = time.Days > 0 ? Count(time.Days, "day") + " " : string.Empty;
        string hours = time >= TimeSpan.FromHours(1) ? Count(time.Hours, "hour") + " " : string.Empty;
        return days + hours + Count(time.Minutes, "minute");
    }

    private static string Count(int count, string noun) => count.ToString(CultureInfo.InvariantCulture) + " " + (count == 1 ? noun : noun + "s");

    private (long Now, long Jump) Read()
    {
        lock (_lock)
        {
            (long now, long jump) = Measure();
            if (Math.Abs(jump) <= Tolerance.TotalMilliseconds)
            {
                if (_isReported)
                {
                    LogCorrected();
                }

                Set(now + jump);
                return (now + jump, 0);
            }

            if (!_isReported)
            {
                _isReported = true;
                LogJumped(Describe(jump));
            }

            return (now, jump);
        }
    }

    private (long Now, long Jump) Measure()
    {
        long now = _base + (long)_time.GetElapsedTime(_timestamp).TotalMilliseconds;
        return (now, Wall - now);
    }

    private void Set(long now)
    {
        _base = now;
        _timestamp = _time.GetTimestamp();
        _isReported = false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "ClockJumped: the machine's clock was {Jump}. Campaigns ignore the new time, and campaigns whose next step it would change are held. If the new time is wrong, correct the clock. If it is right, run 'nanoiot campaign confirm-clock'.")]
    private partial void LogJumped(string jump);

    [LoggerMessage(Level = LogLevel.Information, Message = "the machine's clock is right again; campaigns are no longer held")]
    private partial void LogCorrected();

    [LoggerMessage(Level = LogLevel.Information, Message = "the machine's clock, which was {Jump}, is confirmed")]
    private partial void LogConfirmed(string jump);
}
