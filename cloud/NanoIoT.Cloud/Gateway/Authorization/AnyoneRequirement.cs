using Microsoft.AspNetCore.Authorization;

namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>Every request passes. An explicit requirement, so that a public endpoint is one on purpose.</summary>
internal sealed class AnyoneRequirement : AuthorizationHandler<AnyoneRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AnyoneRequirement requirement)
    {
        context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
