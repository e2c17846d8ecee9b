using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>Decides on <see cref="RoleRequirement"/>: users by their role, devices by their AWS IoT policies.</summary>
internal sealed class RoleHandler(AccessControl access) : AuthorizationHandler<RoleRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        if (Caller.Of(context.User) is Caller caller)
        {
            string? refusal = caller.CertificateId is null
                ? RefuseUser(caller, requirement)
                : RefuseDevice(caller, requirement, context.Resource as HttpContext);
            if (refusal is null)
            {
                context.Succeed(requirement);
            }
            else
            {
                context.Fail(new AuthorizationFailureReason(this, refusal));
            }
        }

        return Task.CompletedTask;
    }

    private static string? RefuseUser(Caller caller, RoleRequirement requirement)
    {
        if (requirement.Role is not Role needed)
        {
            return $"This operation requires a client certificate; {caller.Actor} is a user.";
        }

        if (caller.Role is Role role && role >= needed)
        {
            return null;
        }

        return $"This operation requires the role {NameOf(needed)}; {caller.Actor} has the role {NameOf(caller.Role)}.";
    }

    private string? RefuseDevice(Caller caller, RoleRequirement requirement, HttpContext? context)
    {
        if (requirement.Devices == DeviceAccessRule.AnyActive)
        {
            return null;
        }

        if (requirement.Devices == DeviceAccessRule.Denied || context is null || NeededAccess(context, caller) is not DeviceAccess needed)
        {
            return $"This operation requires a user; {caller.Actor} is a client certificate.";
        }

        return RequestAccess.Of(context, access, caller) is ConnectionAccess connection && IsAllowed(connection, needed)
            ? null
            : $"The policies of {caller.Actor} do not allow {needed.Action} on {needed.Resource}.";
    }

    private static DeviceAccess? NeededAccess(HttpContext context, Caller caller)
    {
        EndpointMetadataCollection? metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<NeededDeviceAccess>() is NeededDeviceAccess own)
        {
            return own.Of(context);
        }

        Operation? operation = metadata?.GetMetadata<Operation>();
        return operation?.Device?.Invoke(OperationEndpoints.CreateRequest(context, operation, caller, default));
    }

    private static bool IsAllowed(ConnectionAccess connection, DeviceAccess needed)
    {
        PolicyAction action = Enum.Parse<PolicyAction>(needed.Action["iot:".Length..]);
        string name = needed.Resource[(needed.Resource.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return connection.IsAllowed(action, name)
            && (action != PolicyAction.RetainPublish || connection.IsAllowed(PolicyAction.Publish, name));
    }

    private static string NameOf(Role? role) => role?.ToString().ToLowerInvariant() ?? "none";
}
