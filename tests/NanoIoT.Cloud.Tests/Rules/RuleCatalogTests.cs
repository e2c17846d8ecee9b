using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Rules;

/// <summary>The tables of the rules' README are the code's.</summary>
[TestClass]
public sealed class RuleCatalogTests : RuleTestBase
{
    [TestMethod]
    public async Task The_tables_in_the_readme_are_made_from_the_code()
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "cloud", "NanoIoT.Cloud", "Rules", "README.md")).ConfigureAwait(false);
        string tables = (await ApiAsync(HttpMethod.Get, "/nanoiot/rules/catalog").ConfigureAwait(false))["markdown"]!.GetValue<string>();

        Assert.IsTrue(text.Contains("<!-- catalog -->\n" + tables + "<!-- end of catalog -->", StringComparison.Ordinal), "Run 'nanoiot rule catalog' and put what it prints between the two marks.");
    }
}
