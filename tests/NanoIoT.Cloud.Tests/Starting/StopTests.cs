using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Replicas;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Starting;

/// <summary>A clean stop is nothing to warn of.</summary>
[TestClass]
public sealed class StopTests
{
    [TestMethod]
    public async Task A_replica_that_ends_gives_its_work_back_without_a_warning()
    {
        var lines = new ConcurrentQueue<string>();
        using ILoggerFactory logging = LoggerFactory.Create(builder => TestService.AddLog(builder.AddFilter(level => level >= LogLevel.Warning), lines));
        var store = new MemoryLeases();
        var work = new LeasedWork(store, TimeProvider.System, TimeSpan.FromSeconds(30), logging.CreateLogger<LeasedWork>());
        await work.StartAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => Enumerable.Range(0, ISharedWork.Parts).All(work.Holds), "it holds all parts").ConfigureAwait(false);

        await work.DisposeAsync().ConfigureAwait(false);

        Assert.IsEmpty(lines, string.Join('\n', lines));
        Assert.IsTrue((await store.ListAsync(CancellationToken.None).ConfigureAwait(false)).All(lease => lease.Owner.Length == 0), "others need not wait");
    }

    /// <summary>The port to the store, in memory.</summary>
    private sealed class MemoryLeases : ILeaseStore
    {
        private readonly ConcurrentDictionary<string, Lease> _leases = new(StringComparer.Ordinal);

        public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<IReadOnlyList<Lease>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Lease>>([.. _leases.Values]);

        public Task<Lease?> WriteAsync(string name, string owner, Lease? seen, CancellationToken cancellationToken)
        {
            var next = new Lease(name, owner, (seen?.Counter ?? 0) + 1);
            bool written = seen is null ? _leases.TryAdd(name, next) : _leases.TryUpdate(name, next, seen);
            return Task.FromResult(written ? next : null);
        }

        public Task<bool> DeleteAsync(Lease seen, CancellationToken cancellationToken) => Task.FromResult(_leases.TryRemove(KeyValuePair.Create(seen.Name, seen)));
    }
}
