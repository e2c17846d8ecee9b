using System.Diagnostics;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Replicas;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>
/// Runs the campaigns that fall to this copy of the service, round after round. Where it takes over another copy's part, it reads
/// those campaigns and counts their boards anew, and announces all again.
/// </summary>
internal sealed partial class CampaignEngine : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    /// <summary>A round may take this share of the time, so that counting a large fleet leaves the machine to its work.</summary>
    private const int RoundsShare = 10;

    /// <summary>As a look at all that is stored, of which hints tell at once where none is lost.</summary>
    private const int LooksShare = 50;

    /// <summary>Campaigns that are over change no more but for their URLs: seconds between looks at them.</summary>
    private static readonly TimeSpan s_idleInterval = TimeSpan.FromMinutes(1);

    private readonly CampaignBook _book;
    private readonly CampaignStepper _stepper;
    private readonly ISharedWork _work;
    private readonly TimeProvider _time;
    private readonly ILogger<CampaignEngine> _logger;
    private readonly bool[] _isNew = new bool[ISharedWork.Parts];
    private readonly BackgroundLoop _loop = new();
    private long _looked;
    private TimeSpan _lookTook;
    private int _isStale;

    public CampaignEngine(CampaignBook book, CampaignStepper stepper, ISharedWork work, TimeProvider time, ILogger<CampaignEngine> logger)
    {
        _book = book;
        _stepper = stepper;
        _work = work;
        _time = time;
        _logger = logger;
        work.Taken += part =>
        {
            Volatile.Write(ref _isNew[part], true);
            return Task.CompletedTask;
        };
    }

    /// <summary>One change of campaigns at a time in this copy of the service.</summary>
    public SemaphoreSlim Lock { get; } = new(1, 1);

    /// <summary>Reads what is stored; reports are taken from then on.</summary>
    public Task OpenAsync()
    {
        _looked = Stopwatch.GetTimestamp();
        return _book.OpenAsync(_loop.Token);
    }

    /// <summary>Begins to run campaigns.</summary>
    public async Task StartAsync()
    {
        // Those from before a restart first: boards that come late still find a completed campaign.
        await RoundAsync(true).ConfigureAwait(false);
        _loop.Start(RunAsync);
    }

    /// <summary>Whether this copy runs a campaign.</summary>
    public bool Runs(string id) => _work.Holds(ISharedWork.PartOf(id));

    /// <summary>Hints may have been lost: the next round looks at all that is stored.</summary>
    public void Distrust() => Volatile.Write(ref _isStale, 1);

    public async ValueTask DisposeAsync()
    {
        await _loop.DisposeAsync().ConfigureAwait(false);
        Lock.Dispose();
    }

    private async Task RunAsync(CancellationToken end)
    {
        for (long idle = 0; ;)
        {
            long begin = Stopwatch.GetTimestamp();
            bool all = Stopwatch.GetElapsedTime(idle) > s_idleInterval;
            idle = all ? begin : idle;
            await RoundAsync(all).ConfigureAwait(false);
            TimeSpan rest = Stopwatch.GetElapsedTime(begin) * RoundsShare;
            await Task.Delay(rest > s_interval ? rest : s_interval, _time, end).ConfigureAwait(false);
        }
    }

    private async Task RoundAsync(bool all)
    {
        bool[] isNew = [.. Enumerable.Range(0, ISharedWork.Parts).Select(part => Interlocked.Exchange(ref _isNew[part], false))];
        try
        {
            await LookAsync(isNew.Contains(true)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogLookFailed(exception);
            for (int part = 0; part < isNew.Length; part++)
            {
                Volatile.Write(ref _isNew[part], isNew[part] || Volatile.Read(ref _isNew[part]));
            }

            Distrust();
            return;
        }

        foreach (Campaign campaign in _book.All.OrderBy(item => item.Created).ThenBy(item => item.Id, StringComparer.Ordinal))
        {
            int part = ISharedWork.PartOf(campaign.Id);
            bool isDue = all || isNew[part] || !campaign.IsOver || campaign is { Status: CampaignStatus.Aborted, Counter: null, Request.Rollback: not null };
            if (isDue && _work.Holds(part))
            {
                await StepSafelyAsync(campaign.Id, isNew[part]).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Looks at all that is stored where hints may have been lost: another copy ended, the channel broke, or a long time passed.</summary>
    private async Task LookAsync(bool isNew)
    {
        if (!isNew && Interlocked.Exchange(ref _isStale, 0) == 0 && Stopwatch.GetElapsedTime(_looked) < TimeSpan.FromTicks(Math.Max((_lookTook * LooksShare).Ticks, s_idleInterval.Ticks)))
        {
            return;
        }

        long begin = Stopwatch.GetTimestamp();
        await _book.LookAsync(_loop.Token).ConfigureAwait(false);
        _looked = Stopwatch.GetTimestamp();
        _lookTook = Stopwatch.GetElapsedTime(begin);
    }

    private async Task StepSafelyAsync(string id, bool again)
    {
        try
        {
            await Lock.WaitAsync(_loop.Token).ConfigureAwait(false);
            try
            {
                await _stepper.StepAsync(id, again, _loop.Token).ConfigureAwait(false);
            }
            finally
            {
                Lock.Release();
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The next round tries again; other campaigns must go on.
            LogStepFailed(exception, id);
            if (again)
            {
                Volatile.Write(ref _isNew[ISharedWork.PartOf(id)], true);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "campaign {Id}: step failed")]
    private partial void LogStepFailed(Exception exception, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "campaigns could not be read; they wait")]
    private partial void LogLookFailed(Exception exception);
}
