using NanoIoT.Cloud.Broker;

namespace NanoIoT.Cloud.Tests;

[TestClass]
public sealed class TopicIndexTests
{
    private static readonly string[] s_levels = ["a", "b", "c", "$x", string.Empty];

    [TestMethod]
    [DataRow("a/b", "a/b", true)]
    [DataRow("a/+", "a/b", true)]
    [DataRow("a/+", "a/b/c", false)]
    [DataRow("a/#", "a/b/c", true)]
    [DataRow("a/#", "a", true)]
    [DataRow("#", "a/b", true)]
    [DataRow("#", "$aws/a", false)]
    [DataRow("+/a", "$aws/a", false)]
    [DataRow("$aws/#", "$aws/a", true)]
    [DataRow("a/+/c", "a//c", true)]
    [DataRow("+", "/a", false)]
    [DataRow("/+", "/a", true)]
    public void Filters_match_as_mqtt_says(string filter, string topic, bool expected)
    {
        using var index = new TopicIndex<object>();
        index.Add(filter, this, 1);

        Assert.AreEqual(expected, Match(index, topic).Count == 1);
    }

    [TestMethod]
    public void Random_filters_match_as_a_plain_matcher_does()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        using var index = new TopicIndex<string>();
        var filters = new HashSet<string>(StringComparer.Ordinal);
        for (int round = 0; round < 20_000; round++)
        {
            string filter = RandomTopic(random, true);
            if (random.Next(3) == 0)
            {
                index.Remove(filter, Intern(filters, filter));
                filters.Remove(filter);
            }
            else
            {
                index.Add(filter, Intern(filters, filter), 1);
            }

            string topic = RandomTopic(random, false);
            string[] expected = [.. filters.Where(item => Plain(item, topic)).Order(StringComparer.Ordinal)];
            string[] actual = [.. Match(index, topic).Keys.Order(StringComparer.Ordinal)];
            CollectionAssert.AreEqual(expected, actual, $"seed {seed}, round {round}, topic '{topic}'");
            Assert.AreEqual(filters.Count, index.Count);
        }
    }

    [TestMethod]
    public void Overlapping_filters_deliver_once_at_the_highest_qos()
    {
        using var index = new TopicIndex<object>();
        index.Add("a/#", this, 0);
        index.Add("a/b", this, 1);

        Dictionary<object, int> matches = Match(index, "a/b");

        Assert.HasCount(1, matches);
        Assert.AreEqual(1, matches[this]);
    }

    private static Dictionary<T, int> Match<T>(TopicIndex<T> index, string topic)
        where T : class
    {
        var matches = new Dictionary<T, int>();
        index.Match(topic, matches);
        return matches;
    }

    private static string Intern(HashSet<string> filters, string filter)
    {
        filters.Add(filter);
        filters.TryGetValue(filter, out string? same);
        return same!;
    }

    private static string RandomTopic(Random random, bool filter)
    {
        int count = random.Next(1, 5);
        var levels = new List<string>();
        for (int i = 0; i < count; i++)
        {
            levels.Add(filter && random.Next(3) == 0 ? "+" : s_levels[random.Next(s_levels.Length)]);
        }

        if (filter && random.Next(4) == 0)
        {
            levels[^1] = "#";
        }

        return string.Join('/', levels);
    }

    private static bool Plain(string filter, string topic)
    {
        string[] f = filter.Split('/');
        string[] t = topic.Split('/');
        if (topic.StartsWith('$') && f[0] is "+" or "#" && topic.StartsWith('$'))
        {
            return false;
        }

        for (int i = 0; i < f.Length; i++)
        {
            if (f[i] == "#")
            {
                return true;
            }

            if (i >= t.Length || (f[i] != "+" && f[i] != t[i]))
            {
                return i == t.Length && f[i] == "#";
            }
        }

        return f.Length == t.Length;
    }
}
