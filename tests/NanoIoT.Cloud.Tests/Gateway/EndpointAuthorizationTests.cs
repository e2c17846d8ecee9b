using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Storage;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Gateway;

/// <summary>Every endpoint of the running application, with every kind of credential and every spelling of its path.</summary>
[TestClass]
public sealed partial class EndpointAuthorizationTests
{
    /// <summary>Spellings that mean the path as it is.</summary>
    private static readonly (string Name, Func<string, string> Spell)[] s_same =
    [
        ("as is", path => path),
        ("upper case", path => Literals().Replace(path, match => match.Value.ToUpperInvariant())),
        ("mixed case", path => Literals().Replace(path, match => char.ToUpperInvariant(match.Value[0]) + match.Value[1..])),
        ("percent-encoded", path => Literals().Replace(path, match => Uri.HexEscape(match.Value[0]) + match.Value[1..])),
        ("trailing slash", path => path + "/"),
    ];

    /// <summary>Spellings that are refused, whoever sends them.</summary>
    private static readonly (string Name, Func<string, string> Spell)[] s_refused =
    [
        ("doubled slash", path => "/" + path),
        ("doubled slash inside", path => path.Insert(path.LastIndexOf('/'), "/")),
        ("dot segments", path => "/x/.." + path),
        ("encoded dot segments", path => "/x/%2e%2E" + path),
        ("single dot", path => "/." + path),
        ("encoded single dot", path => "/%2e" + path),
        ("broken encoding", path => "/%zz" + path),
        ("encoding of no UTF-8", path => "/%ff" + path),
        ("encoded NUL", path => "/x%00" + path),
    ];

    [TestMethod]
    public async Task Every_endpoint_lets_pass_whom_its_policy_says_however_the_path_is_spelled()
    {
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            using CredentialClients clients = await CredentialClients.CreateAsync(service);
            IReadOnlyList<EndpointRow> endpoints = service.Cloud.Endpoints.Read();

            string[][] wrong = await Task.WhenAll(Enum.GetValues<CallerKind>().Select(kind => FindWrongAsync(clients[kind], kind, endpoints)));

            Assert.IsGreaterThan(150, endpoints.Count);
            Assert.AreEqual(string.Empty, string.Join('\n', wrong.SelectMany(lines => lines)));
        }
    }

    [TestMethod]
    [DataRow("/Nanoiot/users")]
    [DataRow("/nanoiot/Users")]
    [DataRow("/NANOIOT/USERS/")]
    [DataRow("/%6eanoiot/users")]
    [DataRow("//nanoiot/users")]
    [DataRow("/nanoiot//users")]
    [DataRow("/firmware/../nanoiot/users")]
    [DataRow("/nanoiot/health/%2e%2e/users")]
    public async Task No_board_claim_or_viewer_becomes_administrator_by_another_spelling(string path)
    {
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            using CredentialClients clients = await CredentialClients.CreateAsync(service);
            foreach (CallerKind kind in new[] { CallerKind.Board, CallerKind.Claim, CallerKind.Viewer, CallerKind.Operator, CallerKind.None })
            {
                using HttpResponseMessage answer = await SendAsync(
                    clients[kind], HttpMethod.Post, path, """{"name":"mallory","role":"admin"}""");

                Assert.Contains(answer.StatusCode, [HttpStatusCode.Forbidden, HttpStatusCode.BadRequest], $"{kind} {path}");
            }

            Assert.IsNull(service.Cloud.Users.Find("mallory"));
        }
    }

    [TestMethod]
    public async Task What_has_no_endpoint_is_denied_without_a_credential_and_not_found_with_one()
    {
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            using CredentialClients clients = await CredentialClients.CreateAsync(service);
            string[] paths =
                ["/", "/nanoiot", "/nanoiot/no-such", "/favicon.ico", "/things/a/b/c/d", "/mqtt/negotiate", "/mqtt/x"];
            foreach (string path in paths)
            {
                using HttpResponseMessage stranger = await SendAsync(clients[CallerKind.None], HttpMethod.Get, path, null);
                using HttpResponseMessage viewer = await SendAsync(clients[CallerKind.Viewer], HttpMethod.Get, path, null);

                Assert.AreEqual(HttpStatusCode.Forbidden, stranger.StatusCode, path);
                Assert.AreEqual(HttpStatusCode.NotFound, viewer.StatusCode, path);
            }

            using HttpResponseMessage method = await SendAsync(clients[CallerKind.Viewer], HttpMethod.Put, "/nanoiot/campaigns", null);
            Assert.AreEqual(HttpStatusCode.MethodNotAllowed, method.StatusCode);
            Assert.Contains("MethodNotAllowedException", await method.Content.ReadAsStringAsync());
        }
    }

    [TestMethod]
    public async Task The_audit_log_names_the_caller_however_the_path_is_spelled()
    {
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            using CredentialClients clients = await CredentialClients.CreateAsync(service);
            int count = 0;
            foreach ((_, Func<string, string> spell) in s_same)
            {
                using HttpResponseMessage answer = await SendAsync(
                    clients[CallerKind.Admin], HttpMethod.Post, spell("/nanoiot/users"), $$"""{"name":"u{{count++}}","role":"viewer"}""");
                Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
            }

            IReadOnlyList<AuditEntry> entries = await service.Cloud.Audit.ListAsync(null, null, "user/u", 100);

            Assert.HasCount(count, entries.Where(entry => entry.Action == "CreateUser"));
            Assert.IsTrue(entries.All(entry => entry.Actor == "user/admin"), string.Join(", ", entries.Select(entry => entry.Actor)));
        }
    }

    [TestMethod]
    public void An_endpoint_without_a_policy_keeps_the_service_from_starting()
    {
        static EndpointTable Create(Action<IEndpointRouteBuilder> map)
        {
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore();
            builder.Services.AddRoutingCore();
            WebApplication application = builder.Build();
            map(application);
            return new EndpointTable(new CompositeEndpointDataSource(((IEndpointRouteBuilder)application).DataSources));
        }

        InvalidOperationException none = Assert.ThrowsExactly<InvalidOperationException>(
            () => Create(routes => routes.Map("/open", () => { })).Validate());
        InvalidOperationException anonymous = Assert.ThrowsExactly<InvalidOperationException>(
            () => Create(routes => routes.Map("/open", () => { }).RequireAuthorization(Policies.Admin).AllowAnonymous()).Validate());
        InvalidOperationException unknown = Assert.ThrowsExactly<InvalidOperationException>(
            () => Create(routes => routes.Map("/open", () => { }).RequireAuthorization("some")).Validate());
        Create(routes => routes.Map("/open", () => { }).RequireAuthorization(Policies.Public)).Validate();

        Assert.Contains("/open", none.Message);
        Assert.Contains("opts out", anonymous.Message);
        Assert.Contains("some", unknown.Message);
    }

    [TestMethod]
    public async Task The_tables_in_the_readme_are_made_from_the_endpoints()
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "cloud", "README.md"));
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            string table = service.Cloud.Endpoints.ToMarkdown();

            Assert.Contains(
                "<!-- endpoints -->\n" + table + "<!-- end of endpoints -->",
                text,
                "Run 'nanoiot operations --endpoints' and put what it prints between the two marks.");
        }
    }

    private static async Task<string[]> FindWrongAsync(HttpClient client, CallerKind kind, IReadOnlyList<EndpointRow> endpoints)
    {
        var wrong = new List<string>();
        foreach (EndpointRow endpoint in endpoints)
        {
            bool passes = CallerKinds.Passes(endpoint.Policy, kind);
            var method = new HttpMethod(endpoint.Method == "any" ? "GET" : endpoint.Method);
            string path = Variables().Replace(endpoint.Path, "nobody");
            foreach ((string name, Func<string, string> spell) in s_same)
            {
                using HttpResponseMessage answer = await SendAsync(client, method, spell(path), null);
                bool isRefused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                    && !(passes && IsUnknownRule(endpoint, answer));
                if (isRefused == passes || (int)answer.StatusCode >= 500)
                {
                    wrong.Add($"{kind} {method} {spell(path)} ({name}), policy {endpoint.Policy}: {(int)answer.StatusCode}");
                }
            }

            foreach ((string name, Func<string, string> spell) in s_refused)
            {
                using HttpResponseMessage answer = await SendAsync(client, method, spell(path), null);
                if (answer.StatusCode != HttpStatusCode.BadRequest)
                {
                    wrong.Add($"{kind} {method} {spell(path)} ({name}): {(int)answer.StatusCode}");
                }
            }
        }

        return [.. wrong];
    }

    /// <summary>As AWS does, the operations on a rule or destination that does not exist answer 401 to who may call them.</summary>
    private static bool IsUnknownRule(EndpointRow endpoint, HttpResponseMessage answer) =>
        endpoint.Operation?.Contains("TopicRule", StringComparison.Ordinal) == true
        && answer.StatusCode == HttpStatusCode.Unauthorized
        && answer.Headers.TryGetValues("x-amzn-ErrorType", out IEnumerable<string>? code)
        && code.Single() == "UnauthorizedException";

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string? json)
    {
        // The path goes out as it stands: Uri would remove dot segments and decode letters.
        var raw = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(method, new Uri(client.BaseAddress!.ToString().TrimEnd('/') + path, in raw));
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Variables();

    [GeneratedRegex("(?<=/)(?!nobody)[a-zA-Z][^/%]*")]
    private static partial Regex Literals();
}
