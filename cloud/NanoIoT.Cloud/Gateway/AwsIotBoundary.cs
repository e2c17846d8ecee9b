using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Where registry, shadows, identities and rules are AWS IoT's, this service has nothing to say about them: it answers what there is to see, and refuses the rest with a reason.</summary>
internal sealed class AwsIotBoundary(RequestDelegate next)
{
    /// <summary>What stays this service's.</summary>
    private static readonly string[] s_own = ["/nanoiot/health", "/nanoiot/info", "/nanoiot/stores", "/nanoiot/campaigns", "/nanoiot/firmware", "/nanoiot/users", "/nanoiot/audit", "/nanoiot/things", "/firmware"];

    public Task InvokeAsync(HttpContext context)
    {
        PathString path = context.Request.Path;
        bool isOwn = s_own.Any(prefix => path.StartsWithSegments(prefix, StringComparison.Ordinal));
        if (!isOwn || (path.StartsWithSegments("/nanoiot/things", StringComparison.Ordinal) && !HttpMethods.IsGet(context.Request.Method)))
        {
            throw new CloudException(ErrorCodes.NotSupported, "Registry, shadows, certificates, policies, messages and rules are AWS IoT's here: ask there. This service has campaigns, firmware and its own users.");
        }

        return next(context);
    }
}
