using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>The table of operations in cloud/README.md is the code's.</summary>
[TestClass]
public sealed class OperationTableTests
{
    private const int Operations = 125;

    [TestMethod]
    public async Task The_table_in_the_readme_is_made_from_the_code()
    {
        string path = Path.Combine(Repository.Root, "cloud", "README.md");
        string text = await File.ReadAllTextAsync(path).ConfigureAwait(false);
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            string table = service.Cloud.Operations.ToMarkdown();

            Assert.Contains("<!-- operations -->\n" + table + "<!-- end of operations -->", text, "Run 'nanoiot operations' and put what it prints between the two marks.");
            Assert.HasCount(Operations, service.Cloud.Operations.Operations);
            Assert.HasCount(Operations, service.Cloud.Operations.Operations.DistinctBy(operation => operation.Name));
        }
    }
}
