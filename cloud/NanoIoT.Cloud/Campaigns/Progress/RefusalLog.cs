using Microsoft.Extensions.Logging;

namespace NanoIoT.Cloud.Campaigns.Progress;

/// <summary>
/// Logs refused reports: of each code the first at once, then at most one each ten seconds with the number that were not logged, so
/// that a board that sends thousands fills neither the log nor memory.
/// </summary>
internal sealed partial class RefusalLog(TimeProvider time, ILogger<RefusalLog> logger)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private readonly ILogger<RefusalLog> _logger = logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Logged, long Suppressed)> _codes = new(StringComparer.Ordinal);

    /// <summary>How many reports were refused since the service started.</summary>
    public long Count { get; private set; }

    public void Add(string code, string thing, string detail)
    {
        long suppressed;
        lock (_lock)
        {
            Count++;
            bool isKnown = _codes.TryGetValue(code, out (long Logged, long Suppressed) known);
            if (isKnown && time.GetElapsedTime(known.Logged) < s_interval)
            {
                _codes[code] = (known.Logged, known.Suppressed + 1);
                return;
            }

            suppressed = known.Suppressed;
            _codes[code] = (time.GetTimestamp(), 0);
        }

        LogRefused(code, thing, detail, suppressed);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "report refused: {Code}, thing {Thing}: {Detail} ({Suppressed} more with this code since the last line)")]
    private partial void LogRefused(string code, string thing, string detail, long suppressed);
}
