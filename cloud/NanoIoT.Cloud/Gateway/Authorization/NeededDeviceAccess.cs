using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>What a device's AWS IoT policies must allow for an endpoint of the service's own API.</summary>
/// <param name="Of">The action and resource of a request.</param>
internal sealed record NeededDeviceAccess(Func<HttpContext, DeviceAccess> Of);
