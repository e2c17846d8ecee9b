using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Names the caller of each request for the audit log, requests without a credential included.</summary>
/// <param name="next">What comes after.</param>
/// <param name="access">Knows a certificate's thing.</param>
internal sealed class CallerActor(RequestDelegate next, AccessControl access)
{
    public Task InvokeAsync(HttpContext context)
    {
        Caller caller = Caller.Of(context.User) ?? Caller.Anonymous(context.Connection.RemoteIpAddress);
        Registry.Thing? thing = RequestAccess.Of(context, access, caller)?.Thing;
        Actor.Current = thing is null ? caller.Actor : "thing/" + thing.ThingName;
        return next(context);
    }
}
