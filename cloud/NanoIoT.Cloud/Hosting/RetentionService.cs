using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Campaigns;

namespace NanoIoT.Cloud.Hosting;

/// <summary>
/// Deletes what has been kept long enough, once at the start and each hour: audit entries, certificates that were
/// asked for and never provisioned, progress of campaigns that are over, dead letters, messages of expired
/// sessions, versions of deleted shadows, and files that rules write. Time is campaigns' time, so a clock that
/// jumps deletes nothing. DynamoDB expires its items itself.
/// </summary>
internal sealed partial class RetentionService : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly RetentionPart[] _parts;
    private readonly CloudOptions _options;
    private readonly CampaignClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<RetentionService> _logger;

    public RetentionService(
        IEnumerable<RetentionPart> parts,
        CloudOptions options,
        CampaignClock clock,
        TimeProvider time,
        ILogger<RetentionService> logger)
    {
        _parts = [.. parts];
        _options = options;
        _clock = clock;
        _time = time;
        _logger = logger;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await DeleteAndWaitAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends, or did not start: no failure of this part.
            return;
        }
    }

    private async Task DeleteAndWaitAsync(CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        await DeleteAllAsync(cancellationToken).ConfigureAwait(false);
        while (_time.GetElapsedTime(began) < s_interval)
        {
            await Task.Delay(s_look, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DeleteAllAsync(CancellationToken cancellationToken)
    {
        long now = _clock.Now;
        var times = new RetentionTimes(
            Math.Min(now, _time.GetUtcNow().ToUnixTimeMilliseconds()),
            now - (long)TimeSpan.FromDays(_options.RetentionDays).TotalMilliseconds);
        foreach ((string what, Func<RetentionTimes, CancellationToken, Task<int>> deleteAsync) in _parts)
        {
            try
            {
                int count = await deleteAsync(times, cancellationToken).ConfigureAwait(false);
                if (count > 0)
                {
                    LogDeleted(count, what);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The others are deleted all the same, and this is tried again in an hour.
                LogFailed(exception, what);
            }
        }
    }

    /// <summary>Deletes files that were last written before a time, Unix milliseconds.</summary>
    internal static int DeleteFiles(string folder, long before)
    {
        if (!Directory.Exists(folder))
        {
            return 0;
        }

        DateTime limit = DateTimeOffset.FromUnixTimeMilliseconds(before).UtcDateTime;
        FileInfo[] old = [.. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.LastWriteTimeUtc < limit)];
        foreach (FileInfo file in old)
        {
            file.Delete();
        }

        return old.Length;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "retention: deleted {Count} {What}")]
    private partial void LogDeleted(int count, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "retention: {What} could not be deleted; it is tried again in an hour")]
    private partial void LogFailed(Exception exception, string what);
}
