using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>Builders of endpoints, one for each policy: an endpoint is mapped on the builder of the policy that it needs.</summary>
/// <param name="routes">Where the endpoints are mapped.</param>
internal sealed class EndpointAccess(IEndpointRouteBuilder routes)
{
    public RouteGroupBuilder Public { get; } = CreateGroup(routes, Policies.Public);

    public RouteGroupBuilder SignedUrl { get; } = CreateGroup(routes, Policies.SignedUrl);

    public RouteGroupBuilder Viewer { get; } = CreateGroup(routes, Policies.Viewer);

    public RouteGroupBuilder Operator { get; } = CreateGroup(routes, Policies.Operator);

    public RouteGroupBuilder Admin { get; } = CreateGroup(routes, Policies.Admin);

    public RouteGroupBuilder Certificate { get; } = CreateGroup(routes, Policies.Certificate);

    /// <summary>The largest JSON body of the service's own API, in bytes: a campaign that lists its things has the longest.</summary>
    private const int MaxBodyBytes = 1024 * 1024;

    private static RouteGroupBuilder CreateGroup(IEndpointRouteBuilder routes, string policy) =>
        routes.MapGroup(string.Empty).RequireAuthorization(policy).WithMetadata(new BodyLimit(MaxBodyBytes));
}
