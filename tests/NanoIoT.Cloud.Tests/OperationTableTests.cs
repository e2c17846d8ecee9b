using NanoIoT.Cloud.Rest;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>The table of operations in cloud/README.md is the code's.</summary>
[TestClass]
public sealed partial class OperationTableTests
{
    private const int Operations = 282;

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

    [TestMethod]
    public async Task Each_operation_is_called_by_a_test()
    {
        string sources = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            string[] missing = [.. service.Cloud.Operations.Operations
                .Where(operation => operation.Support != Support.Refused)
                .Select(operation => operation.Name)
                .Where(name => !sources.Contains($"\"{name}\"", StringComparison.Ordinal) && !sources.Contains($"\"{CommandOf(name)}\"", StringComparison.Ordinal))];

            Assert.IsEmpty(missing, string.Join(", ", missing));
        }
    }

    /// <summary>An operation as the aws command names it: DeleteCACertificate is delete-ca-certificate.</summary>
    private static string CommandOf(string operation) => CapitalOfWord().Replace(operation, "-$0").TrimStart('-').ToLowerInvariant();

    [System.Text.RegularExpressions.GeneratedRegex("(?<=[a-z0-9])[A-Z]|[A-Z](?=[a-z])")]
    private static partial System.Text.RegularExpressions.Regex CapitalOfWord();
}
