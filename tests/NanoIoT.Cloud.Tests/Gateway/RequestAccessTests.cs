using System.Reflection;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Gateway;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Gateway;

/// <summary>A device's policies and thing are read once for an HTTPS request.</summary>
[TestClass]
public sealed class RequestAccessTests
{
    [TestMethod]
    public async Task Authorization_and_audit_log_read_a_devices_policies_once()
    {
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            (string pem, _) = await service.RegisterAsync("board");
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
            string id = CertificateAuthority.CertificateIdOf(certificate);
            IRegistry registry = DispatchProxy.Create<IRegistry, CountingRegistry>();
            var counter = (CountingRegistry)(object)registry;
            counter.Inner = service.Cloud.Registry;
            var access = new AccessControl(service.Cloud.Identities, registry, TimeProvider.System);
            HttpContext request = CreateRequest(id);
            var requirement = new RoleRequirement(Role.Viewer, DeviceAccessRule.ByPolicy);
            var authorization = new AuthorizationHandlerContext([requirement], request.User, request);
            string? actor = null;
            RequestDelegate next = _ =>
            {
                actor = Actor.Current;
                return Task.CompletedTask;
            };

            await ((IAuthorizationHandler)new RoleHandler(access)).HandleAsync(authorization);
            await new CallerActor(next, access).InvokeAsync(request);

            Assert.IsTrue(authorization.HasSucceeded);
            Assert.AreEqual("thing/board", actor);
            Assert.AreEqual(1, counter.Count, "the principal's things are looked up once");
        }
    }

    private static DefaultHttpContext CreateRequest(string certificateId)
    {
        var caller = new Caller("certificate/" + certificateId, null, certificateId, null);
        var publish = new DeviceAccess("iot:Publish", "topic/nanoiot/things/board/telemetry");
        var needed = new NeededDeviceAccess(_ => publish);
        var identity = new CallerIdentity(caller, "certificate");
        var context = new DefaultHttpContext { User = new ClaimsPrincipal(identity) };
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(needed), "test"));
        return context;
    }

    /// <summary>Counts how often the things of a principal are looked up.</summary>
    public class CountingRegistry : DispatchProxy
    {
        public IRegistry? Inner { get; set; }

        public int Count { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Count += targetMethod!.Name == nameof(IRegistry.ThingsOf) ? 1 : 0;
            return targetMethod.Invoke(Inner, args);
        }
    }
}
