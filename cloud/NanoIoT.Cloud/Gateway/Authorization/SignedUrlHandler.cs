using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NanoIoT.Cloud.Firmware;

namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>Decides on <see cref="SignedUrlRequirement"/>: the signature covers the file's name and the time it expires.</summary>
internal sealed class SignedUrlHandler(FolderImageStore images) : AuthorizationHandler<SignedUrlRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, SignedUrlRequirement requirement)
    {
        if (context.Resource is HttpContext http && IsSigned(http))
        {
            context.Succeed(requirement);
        }
        else
        {
            context.Fail(new AuthorizationFailureReason(this, "The signature of the URL is not valid, or the URL has expired."));
        }

        return Task.CompletedTask;
    }

    private bool IsSigned(HttpContext http)
    {
        string file = http.GetRouteValue("file") as string ?? string.Empty;
        string signature = http.Request.Query["signature"].ToString();
        return long.TryParse(http.Request.Query["expires"], NumberStyles.None, CultureInfo.InvariantCulture, out long expires)
            && images.IsValidUrl(file, expires, signature);
    }
}
