using Microsoft.VisualStudio.TestTools.UnitTesting;
using NanoIoT.Cloud.Shadows;
using NanoIoT.Cloud.Shadows.Stores;

namespace NanoIoT.Cloud.Tests.Stores;

/// <summary>What a store of shadows promises, wherever it keeps them. The tests are the same for each.</summary>
public abstract class ShadowStoreContract
{
    private protected IShadowStore Store { get; set; } = null!;

    [TestMethod]
    public async Task A_shadow_is_found_as_it_was_changed_last()
    {
        Assert.IsNull(await Store.FindAsync("t", "s", default).ConfigureAwait(false));
        Assert.IsNull(Store.Peek("t", "s"));
        await SetAsync("s", """{"a":1}""", 1).ConfigureAwait(false);
        await SetAsync("s", """{"a":2}""", 2).ConfigureAwait(false);

        Assert.AreEqual(new StoredShadow("""{"a":2}""", 2), await Store.FindAsync("t", "s", default).ConfigureAwait(false));
        Assert.AreEqual(new StoredShadow("""{"a":2}""", 2), Store.Peek("t", "s"));
    }

    [TestMethod]
    public async Task A_deleted_shadow_keeps_its_version_and_is_not_listed()
    {
        await SetAsync(string.Empty, "{}", 1).ConfigureAwait(false);
        await SetAsync("b", "{}", 1).ConfigureAwait(false);
        await SetAsync("a", "{}", 1).ConfigureAwait(false);
        await Store.ChangeAsync("t", "b", _ => (new StoredShadow(null, 1, 1_700_000_000), true), default).ConfigureAwait(false);

        Assert.AreEqual(new StoredShadow(null, 1, 1_700_000_000), await Store.FindAsync("t", "b", default).ConfigureAwait(false));
        CollectionAssert.AreEqual(new[] { "a" }, (await Store.NamesAsync("t", default).ConfigureAwait(false)).ToArray());
        CollectionAssert.AreEqual(new[] { "a" }, Store.PeekNames("t").ToArray());
        await SetAsync("b", """{"new":1}""", 2).ConfigureAwait(false);
        Assert.HasCount(2, await Store.NamesAsync("t", default).ConfigureAwait(false));
        await Store.DeleteAllAsync("t", default).ConfigureAwait(false);
        Assert.IsNull(await Store.FindAsync("t", "b", default).ConfigureAwait(false));
        Assert.IsNull(await Store.FindAsync("t", string.Empty, default).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task What_throws_changes_nothing()
    {
        await SetAsync("s", "{}", 1).ConfigureAwait(false);
        await Assert.ThrowsExactlyAsync<ShadowException>(() => Store.ChangeAsync<bool>("t", "s", _ => throw new ShadowException(409, "Version conflict"), default)).ConfigureAwait(false);
        Assert.AreEqual(1, (await Store.FindAsync("t", "s", default).ConfigureAwait(false))!.Version);
    }

    [TestMethod]
    public async Task Changes_at_once_follow_one_another()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.ChangeAsync("t", "s", known => (new StoredShadow("{}", (known?.Version ?? 0) + 1), true), default))).ConfigureAwait(false);
        Assert.AreEqual(20, (await Store.FindAsync("t", "s", default).ConfigureAwait(false))!.Version);
    }

    private protected Task SetAsync(string name, string document, long version) => Store.ChangeAsync("t", name, _ => (new StoredShadow(document, version), true), default);
}
