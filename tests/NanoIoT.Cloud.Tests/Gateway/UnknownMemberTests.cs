using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Storage;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Gateway;

/// <summary>A misspelled member of a JSON body is refused by its name; it was lost silently.</summary>
[TestClass]
public sealed partial class UnknownMemberTests
{
    [TestMethod]
    public async Task Every_endpoint_with_a_JSON_body_refuses_an_unknown_member()
    {
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            using CredentialClients clients = await CredentialClients.CreateAsync(service);
            EndpointDataSource all = service.Cloud.Services.GetRequiredService<EndpointDataSource>();
            RouteEndpoint[] endpoints = [.. all.Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null)];
            IReadOnlyList<AuditEntry> before = await service.Cloud.Audit.ListAsync(null, null, null, 1);

            foreach (RouteEndpoint endpoint in endpoints)
            {
                HttpMethod method = new(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]);
                string path = "/" + Variables().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), "nanoiot-fleet");
                bool isForDevices = path.StartsWith("/nanoiot/provision/", StringComparison.Ordinal);
                HttpClient client = clients[isForDevices ? CallerKind.Claim : CallerKind.Admin];

                (HttpStatusCode status, JsonNode body) = await SendAsync(
                    client, method, path, """{"spreadSecond":1}""");

                string where = $"{method} {path}";
                Assert.AreEqual(HttpStatusCode.BadRequest, status, where);
                Assert.AreEqual("InvalidRequestException", body["code"]!.GetValue<string>(), where);
                Assert.AreEqual(
                    "The body has an unknown member 'spreadSecond'.", body["message"]!.GetValue<string>(), where);
            }

            IReadOnlyList<AuditEntry> after = await service.Cloud.Audit.ListAsync(null, null, null, 1);
            Assert.IsGreaterThan(10, endpoints.Length);
            Assert.AreEqual(before[0].Id, after[0].Id, "nothing was changed");
        }
    }

    [TestMethod]
    [DataRow("users", """{"name":"mallory","role":"viewer","rolee":"admin"}""", "'rolee'")]
    [DataRow("users", """{"Name":"mallory","role":"viewer"}""", "'Name'")]
    [DataRow("things", """{"thing":{"thingName":"mallory","colour":"red"}}""", "'colour' at '$.thing'")]
    [DataRow("things", """{"thing":{"ThingName":"mallory"}}""", "'ThingName' at '$.thing'")]
    [DataRow(
        "campaigns",
        """{"component":"app","version":"1.0.0","stages":[{"percent":5,"bakeSecond":1}]}""",
        "'bakeSecond' at '$.stages[0]'")]
    public async Task Members_are_named_exactly_and_nothing_is_changed(string path, string body, string expected)
    {
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            using HttpClient http = service.CreateHttp();

            (HttpStatusCode status, JsonNode answer) = await SendAsync(http, HttpMethod.Post, "/nanoiot/" + path, body);

            Assert.AreEqual(HttpStatusCode.BadRequest, status);
            Assert.AreEqual($"The body has an unknown member {expected}.", answer["message"]!.GetValue<string>());
            Assert.IsNull(service.Cloud.Users.Find("mallory"));
            Assert.IsNull(service.Cloud.Registry.Find("mallory"));
        }
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(
        HttpClient client, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Variables();
}
