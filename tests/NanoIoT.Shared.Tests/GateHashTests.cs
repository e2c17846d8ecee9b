using NanoIoT.Shared;

namespace NanoIoT.Shared.Tests;

[TestClass]
public sealed class GateHashTests
{
    private const int Names = 100_000;

    [TestMethod]
    public void Each_percentile_of_100000_names_is_within_one_percent()
    {
        foreach (string salt in new[] { "a", "0f3a9c", "campaign-2026-11" })
        {
            int[] places = [.. Enumerable.Range(0, Names).Select(i => GateHash.Permyriad(salt, "thing-" + i))];

            for (int percent = 1; percent <= 100; percent++)
            {
                double share = places.Count(place => place < percent * 100) * 100.0 / Names;
                Assert.AreEqual(percent, share, 1.0, $"salt {salt}, percentile {percent}");
            }
        }
    }

    [TestMethod]
    public void Two_campaigns_choose_independently()
    {
        int both = Enumerable.Range(0, Names).Count(i => GateHash.Permyriad("salt-1", "t" + i) < 2500 && GateHash.Permyriad("salt-2", "t" + i) < 2500);

        // 25 % of 25 % is 6.25 %.
        Assert.AreEqual(6.25, both * 100.0 / Names, 0.5);
    }

    [TestMethod]
    public void Raising_the_gate_keeps_those_who_were_in()
    {
        for (int i = 0; i < 1000; i++)
        {
            int place = GateHash.Permyriad("s", "t" + i);
            Assert.IsTrue(place is >= 0 and < 10000);
            Assert.AreEqual(place, GateHash.Permyriad("s", "t" + i));
        }
    }

    [TestMethod]
    public void Spread_stays_in_its_range_and_does_not_follow_the_gate()
    {
        int[] early = [.. Enumerable.Range(0, Names).Where(i => GateHash.Permyriad("s", "t" + i) < 100).Select(i => GateHash.SpreadSeconds("s", "t" + i, 600))];

        Assert.IsTrue(early.All(seconds => seconds is >= 0 and < 600));
        Assert.AreEqual(300, early.Average(), 30);
        Assert.AreEqual(0, GateHash.SpreadSeconds("s", "t", 0));
    }
}
