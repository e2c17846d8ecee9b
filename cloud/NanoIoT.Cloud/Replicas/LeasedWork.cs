using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Replicas;

/// <summary>
/// The work shared by leases in the store. A member lives while it counts its own lease up; one whose count stands still for the
/// lease's time, by the clock of who watches, is dead: whoever deletes its lease first (on condition of that count) may give its
/// parts to others, and a member that finds its lease gone or changed has lost all and joins anew under another id. A member that
/// cannot reach the store gives its parts up by itself, before others may take them. Parts are spread evenly, by the order of the
/// members' ids; who has too many lets go of one after its work on it has ended. There is no clock that members must share, and no
/// agreement but the store's conditional writes.
/// </summary>
public sealed partial class LeasedWork : ISharedWork, IAsyncDisposable
{
    private const string MemberPrefix = "member/";
    private const string PartPrefix = "part/";

    private readonly ILeaseStore _store;
    private readonly TimeProvider _time;
    private readonly TimeSpan _duration;
    private readonly ILogger<LeasedWork> _logger;
    private readonly Dictionary<string, (Lease Lease, long Since)> _seen = new(StringComparer.Ordinal);
    private readonly Lease?[] _held = new Lease?[ISharedWork.Parts];
    private readonly BackgroundLoop _loop = new();
    private Lease? _member;
    private long _validUntil;

    /// <summary>Creates it.</summary>
    /// <param name="store">Where leases are kept.</param>
    /// <param name="time">The clock; only elapsed time counts.</param>
    /// <param name="duration">How long a member that says nothing lives.</param>
    /// <param name="logger">The log.</param>
    public LeasedWork(ILeaseStore store, TimeProvider time, TimeSpan duration, ILogger<LeasedWork> logger)
    {
        ArgumentNullException.ThrowIfNull(time);
        _store = store;
        _time = time;
        _duration = duration;
        _logger = logger;
    }

    /// <inheritdoc/>
    public event Func<int, Task>? Taken;

    /// <inheritdoc/>
    public event Func<int, Task>? Left;

    /// <summary>Called after another member was gone: what it meant to tell may be lost.</summary>
    public Action? MemberGone { get; set; }

    private string Id => _member?.Owner ?? string.Empty;

    /// <inheritdoc/>
    public bool Holds(int part) => Volatile.Read(ref _held[part]) is not null && _time.GetTimestamp() < Volatile.Read(ref _validUntil);

    /// <inheritdoc/>
    public async Task StartAsync()
    {
        await _store.OpenAsync(_loop.Token).ConfigureAwait(false);
        _loop.Start(RunAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_loop.IsEnded)
        {
            await _loop.DisposeAsync().ConfigureAwait(false);
            await ResignAsync().ConfigureAwait(false);
        }
    }

    private async Task RunAsync(CancellationToken end)
    {
        TimeSpan interval = _duration / 4;
        while (true)
        {
            try
            {
                await StepAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (!end.IsCancellationRequested)
            {
                LogFailed(exception.Message);
            }

            if (_time.GetTimestamp() >= _validUntil)
            {
                await DropAllAsync("the store could not be reached in time").ConfigureAwait(false);
            }

            await Task.Delay(interval, _time, end).ConfigureAwait(false);
        }
    }

    private async Task StepAsync()
    {
        await LiveAsync().ConfigureAwait(false);
        IReadOnlyList<Lease> leases = await _store.ListAsync(_loop.Token).ConfigureAwait(false);
        Watch(leases);
        var living = new SortedSet<string>(StringComparer.Ordinal) { Id };
        foreach (Lease lease in leases.Where(lease => lease.Name.StartsWith(MemberPrefix, StringComparison.Ordinal) && lease.Owner != Id))
        {
            if (_time.GetElapsedTime(_seen[lease.Name].Since) <= _duration)
            {
                living.Add(lease.Owner);
            }
            else if (await _store.DeleteAsync(lease, _loop.Token).ConfigureAwait(false))
            {
                LogDead(lease.Owner);
            }
            else
            {
                // It said something after all, or another member was first.
                living.Add(lease.Owner);
            }
        }

        int place = Array.IndexOf([.. living], Id);
        int share = (ISharedWork.Parts / living.Count) + (place < ISharedWork.Parts % living.Count ? 1 : 0);
        await LetGoAsync(share).ConfigureAwait(false);
        await TakeAsync(share, leases, living).ConfigureAwait(false);
    }

    /// <summary>Says that this member lives; joins where it does not.</summary>
    private async Task LiveAsync()
    {
        long begin = _time.GetTimestamp();
        if (_member is not null)
        {
            Lease? renewed = await _store.WriteAsync(_member.Name, _member.Owner, _member, _loop.Token).ConfigureAwait(false);
            if (renewed is null)
            {
                // Declared dead, or a write whose answer was lost: either way others may have taken what was this member's.
                await DropAllAsync("the lease of this replica has expired").ConfigureAwait(false);
            }

            _member = renewed;
        }

        if (_member is null)
        {
            string id = $"{Environment.MachineName}-{Guid.NewGuid():N}";
            _member = await _store.WriteAsync(MemberPrefix + id, id, null, _loop.Token).ConfigureAwait(false);
        }

        // Shorter than others wait, by what a slow answer and their clocks may differ.
        Volatile.Write(ref _validUntil, begin + (long)(_duration.TotalSeconds * 0.7 * _time.TimestampFrequency));
    }

    private void Watch(IReadOnlyList<Lease> leases)
    {
        long now = _time.GetTimestamp();
        foreach (string gone in _seen.Keys.Except(leases.Select(lease => lease.Name)).ToArray())
        {
            _seen.Remove(gone);
            if (gone.StartsWith(MemberPrefix, StringComparison.Ordinal))
            {
                MemberGone?.Invoke();
            }
        }

        foreach (Lease lease in leases)
        {
            if (!_seen.TryGetValue(lease.Name, out (Lease Lease, long Since) known) || known.Lease != lease)
            {
                _seen[lease.Name] = (lease, now);
            }
        }
    }

    private async Task LetGoAsync(int share)
    {
        for (int part = ISharedWork.Parts - 1, held = _held.Count(lease => lease is not null); part >= 0 && held > share; part--)
        {
            if (_held[part] is Lease lease)
            {
                held--;
                await LeaveAsync(part).ConfigureAwait(false);
                await _store.WriteAsync(lease.Name, string.Empty, lease, _loop.Token).ConfigureAwait(false);
                LogLetGo(part);
            }
        }
    }

    private async Task TakeAsync(int share, IReadOnlyList<Lease> leases, SortedSet<string> living)
    {
        Dictionary<string, Lease> byName = leases.ToDictionary(lease => lease.Name, StringComparer.Ordinal);
        for (int part = 0, held = _held.Count(lease => lease is not null); part < ISharedWork.Parts && held < share; part++)
        {
            string name = PartPrefix + part;
            Lease? seen = byName.GetValueOrDefault(name);
            if (_held[part] is not null || (seen is not null && living.Contains(seen.Owner) && seen.Owner != Id))
            {
                continue;
            }

            if (await _store.WriteAsync(name, Id, seen, _loop.Token).ConfigureAwait(false) is Lease taken)
            {
                held++;
                Volatile.Write(ref _held[part], taken);
                LogTaken(part);
                await InvokeAsync(Taken, part).ConfigureAwait(false);
            }
        }
    }

    private async Task DropAllAsync(string why)
    {
        for (int part = 0; part < ISharedWork.Parts; part++)
        {
            if (_held[part] is not null)
            {
                LogDropped(part, why);
                await LeaveAsync(part).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Leaves all parts because the service ends: nothing is lost.</summary>
    private async Task LeaveAllAsync()
    {
        for (int part = 0; part < ISharedWork.Parts; part++)
        {
            if (_held[part] is not null)
            {
                await LeaveAsync(part).ConfigureAwait(false);
                LogGivenBack(part);
            }
        }
    }

    private async Task LeaveAsync(int part)
    {
        Volatile.Write(ref _held[part], null);
        await InvokeAsync(Left, part).ConfigureAwait(false);
    }

    /// <summary>Gives all back, so that others need not wait.</summary>
    private async Task ResignAsync()
    {
        Lease?[] held = [.. _held];
        try
        {
            await LeaveAllAsync().ConfigureAwait(false);
            foreach (Lease lease in held.OfType<Lease>())
            {
                await _store.WriteAsync(lease.Name, string.Empty, lease, CancellationToken.None).ConfigureAwait(false);
            }

            if (_member is not null)
            {
                await _store.DeleteAsync(_member, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // Others find out by themselves.
            LogFailed(exception.Message);
        }
    }

    private async Task InvokeAsync(Func<int, Task>? listeners, int part)
    {
        foreach (Func<int, Task> listener in listeners?.GetInvocationList().Cast<Func<int, Task>>() ?? [])
        {
            try
            {
                await listener(part).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                LogListenerFailed(exception, part);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "lease of part {Part} acquired")]
    private partial void LogTaken(int part);

    [LoggerMessage(Level = LogLevel.Information, Message = "lease of part {Part} released for another replica")]
    private partial void LogLetGo(int part);

    [LoggerMessage(Level = LogLevel.Information, Message = "lease of part {Part} released: this replica is stopping")]
    private partial void LogGivenBack(int part);

    [LoggerMessage(Level = LogLevel.Warning, Message = "lease of part {Part} lost: {Why}")]
    private partial void LogDropped(int part, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the lease of replica {Member} has expired")]
    private partial void LogDead(string member);

    [LoggerMessage(Level = LogLevel.Warning, Message = "leases: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "part {Part}: starting or stopping its work failed")]
    private partial void LogListenerFailed(Exception exception, int part);
}
