using System.Text.Json.Nodes;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Stores;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Tests.Campaigns;

/// <summary>What every store of campaigns holds to; each has a class of its own that opens it.</summary>
public abstract class CampaignStoreContract
{
    /// <summary>The store.</summary>
    protected ICampaignStore Store { get; set; } = null!;

    /// <summary>The audit log's entries, newest first.</summary>
    protected abstract Task<IReadOnlyList<AuditEntry>> AuditAsync();

    [TestMethod]
    public async Task A_campaign_is_written_only_by_who_saw_its_latest_version_and_its_step_with_it()
    {
        Campaign first = Create("c");

        Assert.IsTrue(await Store.SaveAsync(first, Step("created", 1), default).ConfigureAwait(false));
        Assert.IsFalse(await Store.SaveAsync(first, Step("created twice", 1), default).ConfigureAwait(false));
        Campaign second = first with { Version = 2, Status = CampaignStatus.Paused };
        Assert.IsTrue(await Store.SaveAsync(second, Step("paused", 2), default).ConfigureAwait(false));
        Assert.IsFalse(await Store.SaveAsync(first with { Version = 2, Status = CampaignStatus.Canceled }, Step("canceled", 2), default).ConfigureAwait(false));
        Assert.IsFalse(await Store.SaveAsync(first with { Version = 9 }, Step("skipped", 9), default).ConfigureAwait(false));
        Assert.IsTrue(await Store.SaveAsync(second with { Version = 3 }, null, default).ConfigureAwait(false));

        Campaign stored = (await Store.FindAsync("c", default).ConfigureAwait(false))!;
        Assert.AreEqual(3, stored.Version);
        Assert.AreEqual(CampaignStatus.Paused, stored.Status);
        Assert.AreEqual("lab", stored.Request.Stages[0].Group);
        Assert.AreEqual(new StageGate(2500, 7), stored.Gates[0]);
        Assert.AreEqual(2500, stored.Announced["t"].Permyriad);
        CollectionAssert.AreEqual(new[] { Step("created", 1), Step("paused", 2) }, (await Store.HistoryAsync("c", default).ConfigureAwait(false)).ToArray());
        Assert.AreEqual("c", (await Store.ListAsync(default).ConfigureAwait(false)).Single().Id);
        Assert.IsNull(await Store.FindAsync("none", default).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task A_campaign_and_its_audit_entry_are_written_in_one_transaction_or_not_at_all()
    {
        Campaign first = Create("c");
        AuditNote Note(string action) => new(5, "user/ann", action, "campaign/c", new JsonObject { ["status"] = "running" }, new JsonObject { ["status"] = "paused" });

        Assert.IsTrue(await Store.SaveAsync(first, Step("created", 1), Note("Create"), default).ConfigureAwait(false));
        Assert.IsFalse(await Store.SaveAsync(first, Step("created twice", 1), Note("CreateTwice"), default).ConfigureAwait(false));
        Assert.IsFalse(await Store.SaveAsync(first with { Version = 9 }, Step("skipped", 9), Note("Skip"), default).ConfigureAwait(false));
        Assert.IsTrue(await Store.SaveAsync(first with { Version = 2 }, null, Note("Change"), default).ConfigureAwait(false));
        bool[] won = await Task.WhenAll(Enumerable.Range(0, 6).Select(who => Store.SaveAsync(first with { Version = 3 }, null, Note("Race"), default))).ConfigureAwait(false);
        await Store.DeleteAsync("c", Note("Delete"), default).ConfigureAwait(false);
        await Store.DeleteAsync("c", Note("DeleteTwice"), default).ConfigureAwait(false);

        Assert.AreEqual(1, won.Count(item => item));
        IReadOnlyList<AuditEntry> entries = await AuditAsync().ConfigureAwait(false);
        CollectionAssert.AreEqual(new[] { "Delete", "Race", "Change", "Create" }, entries.Select(entry => entry.Action).ToArray());
        Assert.AreEqual(("user/ann", 5L, "campaign/c", "paused"), (entries[0].Actor, entries[0].At, entries[0].Resource, entries[0].After!["status"]!.GetValue<string>()));
    }

    [TestMethod]
    public async Task Of_two_who_change_a_campaign_at_once_exactly_one_does()
    {
        await Store.SaveAsync(Create("c"), null, default).ConfigureAwait(false);

        for (int round = 2; round < 12; round++)
        {
            bool[] won = await Task.WhenAll(Enumerable.Range(0, 6).Select(who => Store.SaveAsync(Create("c") with { Version = round, Salt = $"{who}" }, Step($"{who}", round), default))).ConfigureAwait(false);

            Assert.AreEqual(1, won.Count(item => item), $"round {round}");
            Assert.AreEqual($"{Array.IndexOf(won, true)}", (await Store.FindAsync("c", default).ConfigureAwait(false))!.Salt);
        }

        Assert.HasCount(10, await Store.HistoryAsync("c", default).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task A_newer_report_replaces_an_older_one_and_no_other_does()
    {
        await Store.SaveAsync(Create("c") with { Attempt = 1 }, null, default).ConfigureAwait(false);

        Assert.IsNotNull(await AddAsync(Report("t", 0, 1, UpdateStates.Accepted) with { Stage = 2, ThingId = "id", Reason = "why", Detail = "more", Bytes = 1L << 40, Copied = 3 }).ConfigureAwait(false));
        Assert.IsNull(await AddAsync(Report("t", 0, 1, UpdateStates.Accepted)).ConfigureAwait(false), "the same again");
        ProgressEntry third = (await AddAsync(Report("t", 0, 3, UpdateStates.Staged)).ConfigureAwait(false))!;
        Assert.AreEqual(2, third.Stage, "the stage is kept from the first");
        Assert.AreEqual("id", third.ThingId);
        Assert.IsNull(third.Reason);
        Assert.IsNull(await AddAsync(Report("t", 0, 2, UpdateStates.Downloading)).ConfigureAwait(false), "one that comes late");
        Assert.IsNotNull(await AddAsync(Report("t", 1, -1, StageCounts.Pending) with { Reports = 0 }).ConfigureAwait(false), "called again");
        Assert.IsNull(await AddAsync(Report("t", 0, 9, UpdateStates.Failed)).ConfigureAwait(false), "of the call before");
        Assert.IsNotNull(await AddAsync(Report("t", 1, 1, UpdateStates.Succeeded)).ConfigureAwait(false));
        await AddAsync(Report("u", 0, 1, UpdateStates.Accepted)).ConfigureAwait(false);

        Dictionary<string, ProgressEntry> all = (await Store.ProgressAsync("c", default).ConfigureAwait(false)).ToDictionary(entry => entry.Thing);
        Assert.HasCount(2, all);
        Assert.AreEqual(UpdateStates.Succeeded, all["t"].State);
        Assert.AreEqual(1, all["t"].Attempt);
        Assert.AreEqual(2, all["t"].Stage);
        Assert.IsNull(all["u"].Stage);
        Assert.AreEqual(all["t"], await Store.FindProgressAsync("c", "t", 1, default).ConfigureAwait(false));
        Assert.IsNull(await Store.FindProgressAsync("c", "v", 1, default).ConfigureAwait(false));
        Assert.IsEmpty(await Store.ProgressAsync("d", default).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task Reports_in_any_order_repeated_and_at_once_come_to_each_boards_last_word()
    {
        await Store.SaveAsync(Create("c"), null, default).ConfigureAwait(false);
        string[] states = [UpdateStates.Accepted, UpdateStates.Downloading, UpdateStates.Staged, UpdateStates.Testing, UpdateStates.Succeeded];
        ProgressEntry[] reports = [.. Enumerable.Range(0, 20).SelectMany(board => states.Select((state, i) => Report($"t{board}", 0, i + 1, state)))];
        ProgressEntry[] sent = [.. reports, .. reports];
        new Random(7).Shuffle(sent);

        await Parallel.ForEachAsync(sent, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (report, _) => await AddAsync(report).ConfigureAwait(false)).ConfigureAwait(false);

        IReadOnlyList<ProgressEntry> all = await Store.ProgressAsync("c", default).ConfigureAwait(false);
        Assert.HasCount(20, all);
        Assert.IsTrue(all.All(entry => entry is { State: UpdateStates.Succeeded, Sequence: 5 }));
    }

    [TestMethod]
    public async Task A_deleted_campaign_leaves_nothing()
    {
        await Store.SaveAsync(Create("c") with { Attempt = 1 }, Step("created", 1), default).ConfigureAwait(false);
        await Store.SaveAsync(Create("d"), Step("created", 1), default).ConfigureAwait(false);
        for (int i = 0; i < 60; i++)
        {
            await AddAsync(Report($"t{i}", i % 2, 1, UpdateStates.Accepted)).ConfigureAwait(false);
        }

        await Store.AddAsync("d", Report("t1", 0, 1, UpdateStates.Accepted), 0, default).ConfigureAwait(false);
        await Store.DeleteAsync("c", default).ConfigureAwait(false);
        await Store.DeleteAsync("c", default).ConfigureAwait(false);

        Assert.AreEqual("d", (await Store.ListAsync(default).ConfigureAwait(false)).Single().Id);
        Assert.IsEmpty(await Store.HistoryAsync("c", default).ConfigureAwait(false));
        Assert.HasCount(1, await Store.HistoryAsync("d", default).ConfigureAwait(false));
        Assert.HasCount(1, await Store.ProgressAsync("d", default).ConfigureAwait(false));
        await Store.SaveAsync(Create("c") with { Attempt = 1 }, null, default).ConfigureAwait(false);
        Assert.IsEmpty(await Store.ProgressAsync("c", default).ConfigureAwait(false));
    }

    protected static ProgressEntry Report(string thing, int attempt, int sequence, string state) =>
        new() { Thing = thing, Attempt = attempt, Sequence = sequence, State = state, From = "1.0.0", To = "1.1.0", Timestamp = 5, Received = 1_800_000_000_000 + sequence, Reports = 1 };

    protected static Campaign Create(string id) => new()
    {
        Id = id,
        Request = new CampaignRequest { Id = id, Component = "app", Version = "1.1.0", Stages = [new CampaignStage { Group = "lab" }] },
        Salt = "s",
        Status = CampaignStatus.Running,
        Version = 1,
        Created = 5,
        Gates = [new StageGate(2500, 7)],
        Url = "u",
        UrlExpires = 9,
        Announced = new Dictionary<string, Announced> { ["t"] = new Announced("c", "active", 2500, 1, 2, 3, 9) },
    };

    protected Task<ProgressEntry?> AddAsync(ProgressEntry entry) => Store.AddAsync("c", entry, 1, default);

    private static CampaignEvent Step(string what, long version) => new(3, "ada", what, "because", 0, version);
}
