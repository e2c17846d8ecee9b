using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Hosting;

/// <summary>
/// Whether the service can do its work: every ten seconds, and when it is asked, it writes to its store. A store that cannot be
/// written is logged once, then every minute, and when it is back; certificates that expire soon are logged once a day.
/// </summary>
internal sealed partial class ServiceHealth : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);

    /// <summary>Probes are one for all who ask within this time: the endpoint is open to everybody.</summary>
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_reminder = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_certificates = TimeSpan.FromDays(1);

    private readonly IRecordBackend _store;
    private readonly CertificateWatch _watch;
    private readonly TimeProvider _time;
    private readonly ILogger<ServiceHealth> _logger;
    private readonly BackgroundLoop _loop = new();
    private readonly Lock _lock = new();
    private Task<string?> _probe = Task.FromResult<string?>(null);
    private long? _probed;
    private long? _failedSince;
    private long _reminded;
    private long? _watched;

    public ServiceHealth(IRecordBackend store, CertificateWatch watch, TimeProvider time, ILogger<ServiceHealth> logger)
    {
        _store = store;
        _watch = watch;
        _time = time;
        _logger = logger;
    }

    /// <summary>Certificates that expire within 30 days.</summary>
    public IReadOnlyList<string> Warnings => _watch.Warnings;

    /// <summary>Starts to look by itself.</summary>
    /// <param name="unprotected">Files that others on this machine may read, to be logged.</param>
    public void Start(IReadOnlyList<string> unprotected)
    {
        foreach (string path in unprotected)
        {
            LogUnprotected(path);
        }

        _loop.Start(async end =>
        {
            while (true)
            {
                await CheckAsync().ConfigureAwait(false);
                WatchCertificates();
                await Task.Delay(s_interval, _time, end).ConfigureAwait(false);
            }
        });
    }

    /// <summary>Whether the store can be written now.</summary>
    /// <returns>The code of the error, or null where it can.</returns>
    public Task<string?> CheckAsync()
    {
        lock (_lock)
        {
            if (_probe.IsCompleted && (_probed is null || _time.GetElapsedTime(_probed.Value) > s_fresh))
            {
                _probed = _time.GetTimestamp();
                _probe = ProbeAsync();
            }

            return _probe;
        }
    }

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private async Task<string?> ProbeAsync()
    {
        try
        {
            await _store.ProbeAsync(_loop.Token).WaitAsync(s_timeout, _time, _loop.Token).ConfigureAwait(false);
            Succeed();
            return null;
        }
        catch (OperationCanceledException) when (_loop.IsEnded)
        {
            return ErrorCodes.StoreUnavailable;
        }
        catch (TimeoutException)
        {
            return Fail(ErrorCodes.StoreUnavailable, $"no answer in {s_timeout.TotalSeconds} s");
        }
        catch (CloudException exception)
        {
            return Fail(exception.Code, exception.Message);
        }
        catch (Exception exception)
        {
            return Fail(ErrorCodes.Internal, exception.Message);
        }
    }

    private void Succeed()
    {
        if (_failedSince is long since)
        {
            _failedSince = null;
            LogBack(Math.Round(_time.GetElapsedTime(since).TotalSeconds, 1));
        }
    }

    private string Fail(string code, string reason)
    {
        long now = _time.GetTimestamp();
        if (_failedSince is not long since)
        {
            _failedSince = now;
            _reminded = now;
            LogFailed(code, reason.TrimEnd('.'));
        }
        else if (_time.GetElapsedTime(_reminded, now) >= s_reminder)
        {
            _reminded = now;
            LogStillFailed(Math.Round(_time.GetElapsedTime(since, now).TotalSeconds), code, reason.TrimEnd('.'));
        }

        return code;
    }

    private void WatchCertificates()
    {
        if (_watched is not null && _time.GetElapsedTime(_watched.Value) < s_certificates)
        {
            return;
        }

        IReadOnlyList<string> warnings = _watch.Warnings;
        foreach (string warning in warnings)
        {
            LogCertificate(warning);
        }

        // Until there is something to say, a certificate that is seen later is said at once.
        _watched = warnings.Count > 0 ? _time.GetTimestamp() : null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The store cannot be written ({Code}): {Reason}. Messages and changes are not acknowledged until it can be.")]
    private partial void LogFailed(string code, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store has not been writable for {Seconds} s ({Code}): {Reason}.")]
    private partial void LogStillFailed(double seconds, string code, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store can be written again, after {Seconds} s.")]
    private partial void LogBack(double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private partial void LogCertificate(string warning);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} can be read by every user of this machine, and its permissions cannot be changed by the service. Change them to 600.")]
    private partial void LogUnprotected(string path);
}
