using System.Text;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway;

/// <summary>All operations of AWS's REST interface this service knows, found by method and path.</summary>
public sealed class OperationCatalog
{
    private readonly Operation[] _operations;
    private readonly (Operation Operation, string[] Segments, bool IsGreedy)[] _routes;

    /// <summary>Collects the operations.</summary>
    /// <param name="sources">The features that have some.</param>
    public OperationCatalog(IEnumerable<IOperationSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        _operations = [.. sources.SelectMany(source => source.Operations).OrderBy(operation => operation.Name, StringComparer.Ordinal)];
        _routes = [.. _operations.Select(operation =>
        {
            string[] segments = operation.Path[1..].Split('/');
            return (operation, segments, segments[^1].EndsWith("+}", StringComparison.Ordinal));
        })];
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
            string role = operation.Support == Support.Refused ? "–" : operation.Role.ToString().ToLowerInvariant() + (operation.Device is null ? string.Empty : ", device");
            text.Append("| ").Append(operation.Name).Append(" | ").Append(operation.IsDataPlane ? "data" : "control").Append(" | ").Append(role).Append(" | ").Append(support).Append(" |\n");
        }

        return text.ToString();
    }

    /// <summary>Finds the operation of a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="segments">The path's levels, decoded.</param>
    /// <param name="path">Values of the path's variables.</param>
    /// <param name="knowsPath">Whether the path has another method.</param>
    /// <returns>The operation, or null.</returns>
    internal Operation? Find(string method, IReadOnlyList<string> segments, out Dictionary<string, string> path, out bool knowsPath)
    {
        path = [];
        knowsPath = false;
        Operation? best = null;
        int bestLiterals = -1;
        string[]? bestSegments = null;
        bool bestGreedy = false;
        foreach ((Operation operation, string[] template, bool isGreedy) in _routes)
        {
            if (isGreedy ? segments.Count < template.Length : segments.Count != template.Length)
            {
                continue;
            }

            int literals = Match(template, segments);
            if (literals < 0)
            {
                continue;
            }

            knowsPath = true;
            if (operation.Method == method && literals > bestLiterals)
            {
                (best, bestLiterals, bestSegments, bestGreedy) = (operation, literals, template, isGreedy);
            }
        }

        for (int i = 0; bestSegments is not null && i < bestSegments.Length; i++)
        {
            string segment = bestSegments[i];
            if (segment[0] == '{')
            {
                bool isRest = bestGreedy && i == bestSegments.Length - 1;
                path[segment.Trim('{', '}', '+')] = isRest ? string.Join('/', segments.Skip(i)) : segments[i];
            }
        }

        return best;
    }

    private static int Match(string[] template, IReadOnlyList<string> segments)
    {
        int literals = 0;
        for (int i = 0; i < template.Length; i++)
        {
            if (template[i][0] == '{')
            {
                continue;
            }

            if (template[i] != segments[i])
            {
                return -1;
            }

            literals++;
        }

        return literals;
    }
}
