using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Rest;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>Signed requests over HTTPS: forged, old, early, repeated; and input that is not what it should be.</summary>
[TestClass]
public sealed class SignatureTests
{
    private TestService _service = null!;
    private HttpClient _http = null!;
    private RequestSigner _signer = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync().ConfigureAwait(false);
        _http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        _signer = new RequestSigner(_service.Cloud.Ready.AccessKeyId!, _service.Cloud.Ready.SecretAccessKey!);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        _http.Dispose();
        await _service.DisposeAsync().ConfigureAwait(false);
    }

    [TestMethod]
    [DataRow(0, true)]
    [DataRow(-240, true)]
    [DataRow(240, true)]
    [DataRow(-360, false)]
    [DataRow(360, false)]
    public async Task A_signature_is_good_for_five_minutes_around_its_date(int seconds, bool isGood)
    {
        (HttpStatusCode status, string code, _) = await SendAsync(_signer, HttpMethod.Post, "/things/a", "{}", DateTimeOffset.UtcNow.AddSeconds(seconds)).ConfigureAwait(false);

        Assert.AreEqual(isGood ? HttpStatusCode.OK : HttpStatusCode.Forbidden, status);
        Assert.AreEqual(isGood ? string.Empty : ErrorCodes.InvalidSignature, code);
        Assert.AreEqual(isGood, _service.Cloud.Registry.Find("a") is not null);
    }

    [TestMethod]
    public async Task A_wrong_secret_another_body_and_no_credential_change_nothing()
    {
        var forger = new RequestSigner(_service.Cloud.Ready.AccessKeyId!, "guess");
        Assert.AreEqual(ErrorCodes.InvalidSignature, (await SendAsync(forger, HttpMethod.Post, "/things/a", "{}", DateTimeOffset.UtcNow).ConfigureAwait(false)).Code);
        Assert.AreEqual(ErrorCodes.UnrecognizedClient, (await SendAsync(new RequestSigner("NIOANOBODY", "x"), HttpMethod.Post, "/things/a", "{}", DateTimeOffset.UtcNow).ConfigureAwait(false)).Code);
        Assert.AreEqual(ErrorCodes.InvalidSignature, (await SendAsync(_signer, HttpMethod.Post, "/things/a", "{}", DateTimeOffset.UtcNow, "{ }").ConfigureAwait(false)).Code);
        using HttpResponseMessage none = await _http.PostAsync(new Uri(_service.Cloud.Ready.Api + "/things/a"), new StringContent("{}")).ConfigureAwait(false);
        Assert.AreEqual(HttpStatusCode.Forbidden, none.StatusCode);
        Assert.AreEqual(ErrorCodes.MissingToken, none.Headers.GetValues("x-amzn-ErrorType").Single());
        Assert.IsNull(_service.Cloud.Registry.Find("a"));
    }

    [TestMethod]
    public async Task A_viewer_reads_and_an_operator_does_not_touch_policies()
    {
        foreach ((string name, Role role) in new[] { ("v", Role.Viewer), ("o", Role.Operator) })
        {
            await _service.Cloud.Users.CreateAsync(name, role).ConfigureAwait(false);
        }

        (string viewerKey, string viewerSecret) = await _service.Cloud.Users.CreateKeyAsync("v").ConfigureAwait(false);
        (string operatorKey, string operatorSecret) = await _service.Cloud.Users.CreateKeyAsync("o").ConfigureAwait(false);
        var viewer = new RequestSigner(viewerKey, viewerSecret);
        var operates = new RequestSigner(operatorKey, operatorSecret);
        async Task<HttpStatusCode> Status(RequestSigner who, HttpMethod method, string path) => (await SendAsync(who, method, path, "{}", DateTimeOffset.UtcNow).ConfigureAwait(false)).Status;

        Assert.AreEqual(HttpStatusCode.OK, await Status(viewer, HttpMethod.Get, "/things").ConfigureAwait(false));
        Assert.AreEqual(HttpStatusCode.Forbidden, await Status(viewer, HttpMethod.Post, "/things/a").ConfigureAwait(false));
        Assert.AreEqual(HttpStatusCode.OK, await Status(operates, HttpMethod.Post, "/things/a").ConfigureAwait(false));
        Assert.AreEqual(HttpStatusCode.Forbidden, await Status(operates, HttpMethod.Post, "/policies/p").ConfigureAwait(false));
        Assert.AreEqual(HttpStatusCode.Forbidden, await Status(operates, HttpMethod.Get, "/nanoiot/users").ConfigureAwait(false));
        await _service.Cloud.Users.SetKeyAsync("o", operatorKey, false).ConfigureAwait(false);
        Assert.AreEqual(HttpStatusCode.Forbidden, await Status(operates, HttpMethod.Get, "/things").ConfigureAwait(false));
        await Assert.ThrowsExactlyAsync<CloudException>(() => _service.Cloud.Users.DeleteAsync("admin")).ConfigureAwait(false);
    }

    [TestMethod]
    [DataRow("POST", "/things/..%2F..%2Fetc", "{}", "InvalidRequestException")]
    [DataRow("POST", "/things/a%20b", "{}", "InvalidRequestException")]
    [DataRow("POST", "/things/%ff", "{}", "InvalidRequestException")]
    [DataRow("POST", "/things/a", "{\"a\":1,\"a\":2}", "InvalidRequestException")]
    [DataRow("POST", "/things/a", "[]", "InvalidRequestException")]
    [DataRow("POST", "/things/a", "{\"attributePayload\":{\"attributes\":{\"a\":1}}}", "InvalidRequestException")]
    [DataRow("POST", "/things/a", "{\"attributePayload\":{\"attributes\":{\"a\":\"not allowed!\"}}}", "InvalidRequestException")]
    [DataRow("POST", "/things/a", "{\"attributePayload\":{\"attributes\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\",\"d\":\"4\"}}}", "InvalidRequestException")]
    [DataRow("POST", "/things/a", "{\"attributePayload\":{\"attributes\":{\"manualUrl\":\"javascript:alert(1)\"}}}", "InvalidRequestException")]
    [DataRow("POST", "/things/a", "{\"attributePayload\":{\"attributes\":{\"firmware.app\":\"9.9.9\"}}}", "InvalidRequestException")]
    [DataRow("POST", "/things/a", "{\"thingTypeName\":\"none\"}", "ResourceNotFoundException")]
    [DataRow("GET", "/things?maxResults=0", "", "InvalidRequestException")]
    [DataRow("GET", "/things?maxResults=x", "", "InvalidRequestException")]
    [DataRow("GET", "/things?nextToken=%21", "", "InvalidRequestException")]
    [DataRow("PUT", "/things", "", "MethodNotAllowedException")]
    [DataRow("POST", "/topics/a%2F%23", "x", "InvalidRequestException")]
    [DataRow("POST", "/topics/%24aws%2Fevents%2Fx", "x", "ForbiddenException")]
    [DataRow("POST", "/things/a/shadow", "{\"state\":{\"desired\":{\"x\":1e999}}}", "InvalidRequestException")]
    [DataRow("POST", "/things/a/shadow?name=..", "{\"state\":{}}", "InvalidRequestException")]
    [DataRow("POST", "/indices/search", "{\"queryString\":\"a:(b\"}", "InvalidQueryException")]
    [DataRow("POST", "/indices/search", "{\"queryString\":\"a b c d e f g h i j k l m\"}", "InvalidQueryException")]
    public async Task Bad_input_is_answered_with_awss_error_and_changes_nothing(string method, string path, string body, string code)
    {
        (HttpStatusCode status, string answered, string text) = await SendAsync(_signer, new HttpMethod(method), path, body, DateTimeOffset.UtcNow).ConfigureAwait(false);

        Assert.AreEqual(code, answered, $"{status} {text}");
        Assert.IsNotNull(JsonNode.Parse(text)!["message"]);
        Assert.IsEmpty(_service.Cloud.Registry.List());
    }

    [TestMethod]
    public async Task Of_twenty_updates_with_one_expected_version_exactly_one_wins()
    {
        await _service.Cloud.Registry.CreateAsync(new ThingRequest { ThingName = "a" }).ConfigureAwait(false);

        (HttpStatusCode Status, string Code, string Text)[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            SendAsync(_signer, HttpMethod.Patch, "/things/a", "{\"expectedVersion\":1,\"attributePayload\":{\"attributes\":{\"serialNumber\":\"" + i + "\"}}}", DateTimeOffset.UtcNow))).ConfigureAwait(false);

        Assert.AreEqual(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.AreEqual(19, answers.Count(answer => answer.Code == ErrorCodes.VersionConflict));
    }

    [TestMethod]
    public void A_change_that_is_sent_again_later_is_a_replay_and_a_read_is_not()
    {
        var clock = new SetTime(DateTimeOffset.UtcNow);
        var verifier = new SignatureVerifier(_service.Cloud.Users, clock);
        User? Verify(string method, DateTimeOffset signedAt)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("https://localhost/things/a"));
            _signer.Sign(request, [], signedAt);
            return verifier.Verify(method, "/things/a", name => name == "host" ? "localhost" : request.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null, []);
        }

        DateTimeOffset signed = clock.Now;
        Assert.IsNotNull(Verify("POST", signed));
        clock.Now = signed.AddSeconds(2);
        Assert.IsNotNull(Verify("POST", signed), "two alike of one second");
        clock.Now = signed.AddSeconds(60);
        Assert.AreEqual(ErrorCodes.InvalidSignature, Assert.ThrowsExactly<CloudException>(() => Verify("POST", signed)).Code);
        Assert.IsNotNull(Verify("POST", clock.Now), "signed anew");
        Assert.IsNotNull(Verify("GET", signed));
        clock.Now = signed.AddSeconds(90);
        Assert.IsNotNull(Verify("GET", signed));
    }

    private async Task<(HttpStatusCode Status, string Code, string Text)> SendAsync(RequestSigner signer, HttpMethod method, string path, string signedBody, DateTimeOffset time, string? sentBody = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_service.Cloud.Ready.Api + path));
        byte[] bytes = Encoding.UTF8.GetBytes(signedBody);
        signer.Sign(request, bytes, time);
        if (signedBody.Length > 0)
        {
            request.Content = new ByteArrayContent(sentBody is null ? bytes : Encoding.UTF8.GetBytes(sentBody));
        }

        using HttpResponseMessage response = await _http.SendAsync(request).ConfigureAwait(false);
        string code = response.Headers.TryGetValues("x-amzn-ErrorType", out IEnumerable<string>? values) ? values.Single() : string.Empty;
        return (response.StatusCode, code, await response.Content.ReadAsStringAsync().ConfigureAwait(false));
    }

    private sealed class SetTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
