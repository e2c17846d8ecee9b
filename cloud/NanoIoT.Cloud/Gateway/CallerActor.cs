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
        Actor.Current = ActorOf(caller);
        return next(context);
    }

    private string ActorOf(Caller caller) =>
        caller.CertificateId is string id && access.For(id, null, caller.SourceAddress).Thing is Registry.Thing thing
            ? "thing/" + thing.ThingName
            : caller.Actor;
}
