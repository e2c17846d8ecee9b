using System.Text;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway;

/// <summary>All operations of AWS's REST interface this service knows, for which there is an endpoint each.</summary>
public sealed class OperationCatalog
{
    private readonly Operation[] _operations;

    /// <summary>Collects the operations.</summary>
    /// <param name="sources">The features that have some.</param>
    public OperationCatalog(IEnumerable<IOperationSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        _operations = [.. sources.SelectMany(source => source.Operations).OrderBy(operation => operation.Name, StringComparer.Ordinal)];
    }

    /// <summary>The operations, by name.</summary>
    public IReadOnlyList<Operation> Operations => _operations;

    /// <summary>The table of <c>cloud/README.md</c>.</summary>
    /// <returns>Markdown.</returns>
    public string ToMarkdown()
    {
        var text = new StringBuilder("| operation | plane | role | support |\n|---|---|---|---|\n");
        foreach (Operation operation in _operations)
        {
            string support = operation.Support switch
            {
                Support.Full => "supported" + (operation.Note.Length > 0 ? ": " + operation.Note : string.Empty),
                Support.Partly => "partly: " + operation.Note,
                _ => "refused (`NotSupportedException`): " + operation.Note,
            };
            string plane = operation.IsDataPlane ? "data" : "control";
            text.Append("| ").Append(operation.Name).Append(" | ").Append(plane).Append(" | ").Append(RoleOf(operation))
                .Append(" | ").Append(support).Append(" |\n");
        }

        return text.ToString();
    }

    private static string RoleOf(Operation operation)
    {
        if (operation.Support == Support.Refused)
        {
            return "–";
        }

        if (operation.IsPublic)
        {
            return "anyone";
        }

        string role = operation.Role.ToString().ToLowerInvariant();
        return operation.Device is null ? role : role + ", device";
    }
}
