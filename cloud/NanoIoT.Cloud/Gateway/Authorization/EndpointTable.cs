using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>Every endpoint of the application with the policy that it names.</summary>
/// <param name="endpoints">The application's endpoints.</param>
internal sealed class EndpointTable(EndpointDataSource endpoints)
{
    private static readonly HashSet<string> s_known = [.. Policies.All.Select(policy => policy.Name)];

    /// <summary>The endpoints, by path and method.</summary>
    /// <returns>The rows.</returns>
    public IReadOnlyList<EndpointRow> Read() =>
    [
        .. endpoints.Endpoints.OfType<RouteEndpoint>().SelectMany(Describe)
            .OrderBy(row => row.Path, StringComparer.Ordinal).ThenBy(row => row.Method, StringComparer.Ordinal),
    ];

    /// <summary>Checks that each endpoint names exactly one policy that exists, and that none opts out of authorization.</summary>
    /// <exception cref="InvalidOperationException">One does not; the message names it.</exception>
    public void Validate()
    {
        foreach (RouteEndpoint endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            string[] policies = PoliciesOf(endpoint);
            if (policies.Length != 1 || !s_known.Contains(policies[0]))
            {
                throw new InvalidOperationException(
                    $"Endpoint '{endpoint.RoutePattern.RawText}' ({endpoint.DisplayName}) must name exactly one authorization policy; "
                    + $"it names {policies.Length}: '{string.Join("', '", policies)}'.");
            }

            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                throw new InvalidOperationException(
                    $"Endpoint '{endpoint.RoutePattern.RawText}' opts out of authorization. Name the policy '{Policies.Public}' instead.");
            }
        }
    }

    /// <summary>The tables of <c>cloud/README.md</c>: what each policy lets each caller do, and each endpoint's policy.</summary>
    /// <returns>Markdown.</returns>
    public string ToMarkdown()
    {
        var text = new StringBuilder("| policy | who passes |\n|---|---|\n");
        foreach ((string name, string meaning) in Policies.All)
        {
            text.Append("| ").Append(name).Append(" | ").Append(meaning).Append(" |\n");
        }

        text.Append("\n| policy");
        foreach (CallerKind kind in Enum.GetValues<CallerKind>())
        {
            text.Append(" | ").Append(CallerKinds.NameOf(kind));
        }

        text.Append(" |\n|---|").Append(string.Concat(Enum.GetValues<CallerKind>().Select(_ => "---|"))).Append('\n');
        foreach ((string name, _) in Policies.All)
        {
            text.Append("| ").Append(name);
            foreach (CallerKind kind in Enum.GetValues<CallerKind>())
            {
                text.Append(" | ").Append(CallerKinds.Passes(name, kind) ? "yes" : "–");
            }

            text.Append(" |\n");
        }

        text.Append("\n| method | path | policy | operation |\n|---|---|---|---|\n");
        foreach (EndpointRow row in Read())
        {
            text.Append("| ").Append(row.Method).Append(" | `").Append(row.Path).Append("` | ").Append(row.Policy)
                .Append(" | ").Append(row.Operation ?? "–").Append(" |\n");
        }

        return text.ToString();
    }

    private static IEnumerable<EndpointRow> Describe(RouteEndpoint endpoint)
    {
        string path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
        string policy = PoliciesOf(endpoint).FirstOrDefault() ?? string.Empty;
        IReadOnlyList<string> methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
        string? operation = endpoint.Metadata.GetMetadata<Operation>()?.Name;
        return methods.DefaultIfEmpty("any").Select(method => new EndpointRow(method, path, policy, operation));
    }

    private static string[] PoliciesOf(RouteEndpoint endpoint) =>
        [.. endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy ?? string.Empty)];
}
