using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway;

/// <summary>
/// What the device that makes a request may do. Its certificate, thing and policies are read once for a request.
/// </summary>
internal static class RequestAccess
{
    /// <summary>The access of a request's device.</summary>
    /// <param name="context">The request.</param>
    /// <param name="access">Knows what certificates may do.</param>
    /// <param name="caller">The authenticated caller of the request.</param>
    /// <returns>The access, the same one each time; null where the caller is not a device.</returns>
    public static ConnectionAccess? Of(HttpContext context, AccessControl access, Caller caller)
    {
        if (caller.CertificateId is not string certificateId)
        {
            return null;
        }

        if (context.Features.Get<ConnectionAccess>() is ConnectionAccess known)
        {
            return known;
        }

        ConnectionAccess created = access.For(certificateId, null, caller.SourceAddress);
        context.Features.Set(created);
        return created;
    }
}
