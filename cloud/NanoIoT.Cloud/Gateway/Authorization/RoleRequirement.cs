using Microsoft.AspNetCore.Authorization;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>The role that a user needs, and what devices may do.</summary>
/// <param name="Role">The lowest role that passes; null where no user passes.</param>
/// <param name="Devices">What devices may do.</param>
internal sealed record RoleRequirement(Role? Role, DeviceAccessRule Devices) : IAuthorizationRequirement;
