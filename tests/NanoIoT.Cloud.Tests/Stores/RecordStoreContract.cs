using System.Text.Json.Nodes;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Tests.Stores;

/// <summary>What records and audit log promise, wherever they are kept. The tests are the same for each store.</summary>
public abstract class RecordStoreContract
{
    private IRecordBackend _backend = null!;
    private RecordStore _store = null!;
    private AuditTrail _audit = null!;
    private RecordTable<Box> _boxes = null!;
    private RecordTable<Link> _links = null!;

    /// <summary>Whether two may be open at a time.</summary>
    protected abstract bool IsShared { get; }

    [TestInitialize]
    public async Task OpenAsync()
    {
        await StartAsync().ConfigureAwait(false);
        (_backend, _store, _audit, _boxes, _links) = await OpenTablesAsync().ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task CloseAsync()
    {
        await _backend.DisposeAsync().ConfigureAwait(false);
        await StopAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_record_is_read_by_its_id_by_its_alternate_and_after_a_restart()
    {
        await _store.WriteAsync("Create", transaction =>
        {
            transaction.Put(_boxes, new Box("b", 1));
            transaction.Put(_boxes, new Box("a", 2));
            transaction.Put(_links, new Link("a", "x"));
            transaction.Put(_links, new Link("b", "x"));
        }).ConfigureAwait(false);

        Assert.AreEqual(2, _boxes.Get("a")!.Size);
        CollectionAssert.AreEqual(new[] { "a", "b" }, _boxes.Range().Select(box => box.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "a", "b" }, _links.RangeByAlternate("x|").Select(link => link.From).ToArray());
        await _backend.DisposeAsync().ConfigureAwait(false);
        (_backend, _store, _audit, _boxes, _links) = await OpenTablesAsync().ConfigureAwait(false);
        Assert.AreEqual(2, _boxes.Get("a")!.Size);
        Assert.HasCount(2, _links.RangeByAlternate("x|"));
        await _store.WriteAsync("Delete", transaction => transaction.Delete(_boxes, "a")).ConfigureAwait(false);
        Assert.IsNull(_boxes.Get("a"));
    }

    [TestMethod]
    public async Task A_transaction_sees_what_it_wrote_and_leaves_nothing_where_it_throws()
    {
        await _store.WriteAsync("Create", transaction => transaction.Put(_links, new Link("a", "y"))).ConfigureAwait(false);

        CloudException refusal = await Assert.ThrowsExactlyAsync<CloudException>(() => _store.WriteAsync("Change", transaction =>
        {
            transaction.Put(_links, new Link("a", "x"));
            transaction.Delete(_links, "a|y");
            Assert.AreEqual("x", transaction.List(_links, "a|").Single().To);
            Assert.AreEqual("a", transaction.ListByAlternate(_links, "x|").Single().From);
            Assert.IsEmpty(transaction.ListByAlternate(_links, "y|"));
            throw new CloudException(ErrorCodes.Conflict, "no");
        })).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.Conflict, refusal.Code);
        Assert.AreEqual("y", _links.Range().Single().To);
        Assert.HasCount(1, await _audit.ListAsync(null, null, null, 10).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task A_record_deleted_and_put_again_in_one_transaction_is_a_new_one()
    {
        await _store.WriteAsync("Create", transaction => transaction.Put(_boxes, new Box("a", 1))).ConfigureAwait(false);
        Assert.IsTrue(await _store.SetBesideAsync(_boxes, "Label", "a", "k", "v").ConfigureAwait(false));

        await _store.WriteAsync("Replace", transaction =>
        {
            transaction.Delete(_boxes, "a");
            transaction.Put(_boxes, new Box("a", 2));
        }).ConfigureAwait(false);

        Assert.AreEqual(2, _boxes.Get("a")!.Size);
        Assert.IsEmpty(_boxes.Get("a")!.Labels);
    }

    [TestMethod]
    public async Task Values_beside_a_record_outlive_its_changes_and_a_restart()
    {
        await _store.WriteAsync("Create", transaction => transaction.Put(_boxes, new Box("a", 1))).ConfigureAwait(false);

        Assert.IsTrue(await _store.SetBesideAsync(_boxes, "Label", "a", "k", "v").ConfigureAwait(false));
        Assert.IsTrue(await _store.SetBesideAsync(_boxes, "Label", "a", "l", "w").ConfigureAwait(false));
        Assert.IsFalse(await _store.SetBesideAsync(_boxes, "Label", "none", "k", "v").ConfigureAwait(false));
        await _store.WriteAsync("Change", transaction => transaction.Put(_boxes, transaction.Get(_boxes, "a")! with { Size = 7 })).ConfigureAwait(false);

        void Check()
        {
            Assert.AreEqual(7, _boxes.Get("a")!.Size);
            Assert.AreEqual("v", _boxes.Get("a")!.Labels["k"]);
            Assert.AreEqual("w", _boxes.Get("a")!.Labels["l"]);
        }

        Check();
        await _backend.DisposeAsync().ConfigureAwait(false);
        (_backend, _store, _audit, _boxes, _links) = await OpenTablesAsync().ConfigureAwait(false);
        Check();
    }

    [TestMethod]
    public async Task The_audit_log_has_who_what_before_and_after_newest_first_and_no_secret()
    {
        Actor.Current = "user/ann";
        await _store.WriteAsync("Create", transaction => transaction.Put(_boxes, new Box("a", 1) { Hash = "secret" })).ConfigureAwait(false);
        await _store.WriteAsync("Change", transaction => transaction.Put(_boxes, new Box("a", 2))).ConfigureAwait(false);
        Actor.Current = "user/bob";
        await _audit.AppendAsync("Look", "shadow/x", new JsonObject { ["hash"] = "secret", ["n"] = 1 }, null).ConfigureAwait(false);

        IReadOnlyList<AuditEntry> all = await _audit.ListAsync(null, null, null, 10).ConfigureAwait(false);
        CollectionAssert.AreEqual(new[] { "Look", "Change", "Create" }, all.Select(entry => entry.Action).ToArray());
        Assert.AreEqual("user/bob", all[0].Actor);
        Assert.AreEqual("thing/a", all[1].Resource);
        Assert.AreEqual(1, all[1].Before!["size"]!.GetValue<int>());
        Assert.AreEqual(2, all[1].After!["size"]!.GetValue<int>());
        Assert.IsNull(all[2].Before);
        Assert.IsFalse(all.Any(entry => (entry.Before?.ToJsonString() + entry.After?.ToJsonString()).Contains("secret", StringComparison.Ordinal)));
        Assert.HasCount(1, await _audit.ListAsync(null, "user/bob", null, 10).ConfigureAwait(false));
        Assert.HasCount(2, await _audit.ListAsync(null, null, "thing/", 10).ConfigureAwait(false));
        Assert.AreEqual("Change", (await _audit.ListAsync(all[0].Id, null, null, 1).ConfigureAwait(false)).Single().Action);
        Assert.AreEqual("Create", (await _audit.ListAsync(all[1].Id, null, null, 5).ConfigureAwait(false)).Single().Action);
    }

    [TestMethod]
    public async Task Transactions_at_once_lose_nothing()
    {
        await _store.WriteAsync("Create", transaction => transaction.Put(_boxes, new Box("sum", 0))).ConfigureAwait(false);

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => _store.WriteAsync("Add", transaction =>
        {
            transaction.Put(_boxes, transaction.Get(_boxes, "sum")! with { Size = transaction.Get(_boxes, "sum")!.Size + 1 });
            transaction.Put(_boxes, new Box("n" + i, i));
        }))).ConfigureAwait(false);

        Assert.AreEqual(60, _boxes.Get("sum")!.Size);
        Assert.AreEqual(61, _boxes.Count);
    }

    [TestMethod]
    public async Task Two_services_count_together_and_see_each_others_changes()
    {
        if (!IsShared)
        {
            return;
        }

        await _store.WriteAsync("Create", transaction => transaction.Put(_boxes, new Box("sum", 0))).ConfigureAwait(false);
        (IRecordBackend backend, RecordStore store, _, RecordTable<Box> boxes, RecordTable<Link> links) = await OpenTablesAsync().ConfigureAwait(false);
        await using (backend.ConfigureAwait(false))
        {
            Task Add(RecordStore where, RecordTable<Box> table) => where.WriteAsync("Add", transaction => transaction.Put(table, transaction.Get(table, "sum")! with { Size = transaction.Get(table, "sum")!.Size + 1 }));
            for (int i = 0; i < 15; i++)
            {
                await Task.WhenAll(Add(_store, _boxes), Add(store, boxes), Add(_store, _boxes)).ConfigureAwait(false);
            }

            // A refusal is of what is stored, not of what this service last saw.
            await store.WriteAsync("Link", transaction => transaction.Put(links, new Link("a", "x"))).ConfigureAwait(false);
            await Assert.ThrowsExactlyAsync<CloudException>(() => _store.WriteAsync("Link", transaction =>
                transaction.ListByAlternate(_links, "x|").Count > 0 ? throw new CloudException(ErrorCodes.Conflict, "linked") : transaction.Put(_links, new Link("b", "x")))).ConfigureAwait(false);
            await store.WriteAsync("Unlink", transaction => transaction.Delete(links, "a|x")).ConfigureAwait(false);
            await _store.WriteAsync("Link", transaction =>
                transaction.ListByAlternate(_links, "x|").Count > 0 ? throw new CloudException(ErrorCodes.Conflict, "linked") : transaction.Put(_links, new Link("b", "x"))).ConfigureAwait(false);

            backend.Follow();
            await NanoIoT.Testing.Wait.UntilAsync(() => boxes.Get("sum")!.Size == 45 && links.Get("b|x") is not null && links.Get("a|x") is null, "the other service follows").ConfigureAwait(false);
            Assert.AreEqual(45, _boxes.Get("sum")!.Size);
        }
    }

    protected abstract Task StartAsync();

    protected abstract Task StopAsync();

    private protected abstract Task<IRecordBackend> CreateAsync();

    private async Task<(IRecordBackend Backend, RecordStore Store, AuditTrail Audit, RecordTable<Box> Boxes, RecordTable<Link> Links)> OpenTablesAsync()
    {
        IRecordBackend backend = await CreateAsync().ConfigureAwait(false);
        var store = new RecordStore(backend);
        return (
            backend,
            store,
            new AuditTrail(backend),
            store.Open<Box>("thing", box => box.Name, beside: (box => box.Labels, (box, labels) => box with { Labels = labels })),
            store.Open<Link>("thingPrincipal", link => link.From + "|" + link.To, link => link.To + "|" + link.From));
    }

    public sealed record Box(string Name, int Size)
    {
        public string? Hash { get; init; }

        public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    }

    public sealed record Link(string From, string To);
}
