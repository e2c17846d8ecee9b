using NanoIoT.Shared;

namespace NanoIoT.Shared.Tests;

[TestClass]
public sealed class SemanticVersionTests
{
    // The order of semver.org's own example, and a few around it.
    private static readonly string[] s_ascending =
    [
        "0.0.1", "0.9.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
        "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0-0", "2.0.0", "999999999.0.0",
    ];

    [TestMethod]
    public void Versions_are_ordered_as_semver_says()
    {
        for (int i = 0; i < s_ascending.Length; i++)
        {
            for (int j = 0; j < s_ascending.Length; j++)
            {
                int order = SemanticVersion.Parse(s_ascending[i])!.CompareTo(SemanticVersion.Parse(s_ascending[j])!);
                Assert.AreEqual(Math.Sign(i - j), Math.Sign(order), $"{s_ascending[i]} and {s_ascending[j]}");
            }
        }
    }

    [TestMethod]
    public void Build_metadata_does_not_count()
    {
        Assert.AreEqual(0, SemanticVersion.Parse("1.2.3+4")!.CompareTo(SemanticVersion.Parse("1.2.3+5.a")!));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("1")]
    [DataRow("1.2")]
    [DataRow("1.2.3.4")]
    [DataRow("01.2.3")]
    [DataRow("1.2.3-")]
    [DataRow("1.2.3-01")]
    [DataRow("1.2.3-a..b")]
    [DataRow("1.2.3+")]
    [DataRow("1.2.x")]
    [DataRow("-1.2.3")]
    [DataRow("1.2.3 ")]
    [DataRow("9999999999.0.0")]
    public void What_is_no_version_is_refused(string text)
    {
        Assert.IsNull(SemanticVersion.Parse(text));
    }
}
