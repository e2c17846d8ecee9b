using System.Text.Json.Nodes;
using Amazon.Runtime;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.AwsIot;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.AwsIot;

/// <summary>AWS IoT as it answers on a bad day.</summary>
[TestClass]
public sealed class AwsIotClientTests
{
    private const string Secret = "secret";
    private HttpRecorder _server = null!;
    private AwsClients _aws = null!;
    private AwsIotClient _client = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "key");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Secret);
        _server = await HttpRecorder.StartAsync().ConfigureAwait(false);
        var options = new AwsOptions { Endpoints = new Dictionary<string, Uri> { ["iot"] = _server.Address, ["iotdata"] = _server.Address } };
        _aws = new AwsClients(options);
        _client = new AwsIotClient(options, _aws, null);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        _client.Dispose();
        _aws.Dispose();
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task What_is_throttled_or_fails_for_a_moment_is_tried_again_and_each_try_is_signed()
    {
        var answers = new Queue<(int, string)>([(429, """{"message":"Rate exceeded"}"""), (503, "<html>busy</html>"), (200, "{}")]);
        _server.Answer = _ => answers.Dequeue();

        await _client.SetAttributesAsync("a:b", [KeyValuePair.Create("firmware.app", "1.0.0")], default).ConfigureAwait(false);

        Assert.HasCount(3, _server.Requests);
        Assert.IsTrue(_server.Requests.All(request => request.Target == "/things/a%3Ab" && request.IsSignedBy(Secret)));
        Assert.AreEqual("""{"attributePayload":{"attributes":{"firmware.app":"1.0.0"},"merge":true}}""", _server.Requests.Last().Text);
    }

    [TestMethod]
    [DataRow(500, "<html>gone</html>", "ServiceUnavailableException")]
    [DataRow(429, """{"message":"Rate exceeded"}""", "ServiceUnavailableException")]
    [DataRow(400, """{"message":"no"}""", "InvalidRequestException")]
    [DataRow(404, """{"message":"no"}""", "ResourceNotFoundException")]
    [DataRow(403, """{"Message":"no"}""", "ForbiddenException")]
    [DataRow(200, "<html>a portal</html>", "ServiceUnavailableException")]
    public async Task What_stays_so_is_an_error_with_a_code(int status, string body, string code)
    {
        _server.Answer = _ => (status, body);

        CloudException refusal = await Assert.ThrowsExactlyAsync<CloudException>(() => _client.SetDesiredAsync("t", [], default)).ConfigureAwait(false);

        Assert.AreEqual(code, refusal.Code, refusal.Message);
    }

    [TestMethod]
    public async Task A_refusal_of_the_service_says_nothing_of_the_thing_so_that_its_message_is_held()
    {
        _server.Answer = _ => (403, """{"message":"The security token included in the request is expired"}""");
        CloudException refusal = await Assert.ThrowsExactlyAsync<CloudException>(() => _client.DescribeAsync("t", default)).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.StoreUnavailable, refusal.Code);

        _server.Answer = _ => (404, "{}");
        Assert.IsNull(await _client.DescribeAsync("t", default).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task A_search_goes_on_to_its_last_page_and_leaves_out_what_is_no_thing()
    {
        _server.Answer = request => JsonNode.Parse(request.Text)!["nextToken"] is null
            ? (200, """{"things":[{"thingName":"a","thingId":"1","thingGroupNames":["g"],"attributes":{"x":"y"},"connectivity":{"connected":true,"timestamp":5}},{"other":1},null],"nextToken":"more"}""")
            : (200, """{"things":[{"thingName":"b","shadow":"{"}]}""");
        var found = new List<IndexedThing>();

        await foreach (IReadOnlyList<IndexedThing> page in _client.SearchAsync("thingName:*", default).ConfigureAwait(false))
        {
            found.AddRange(page);
        }

        Assert.AreEqual("a b", string.Join(' ', found.Select(thing => thing.Name)));
        Assert.AreEqual("g", found[0].Groups.Single());
        Assert.IsTrue(found[0].Connection!.IsConnected);
        Assert.IsNull(IndexedThing.AgentShadow(found[1].Shadow));
    }

    [TestMethod]
    public void A_websockets_address_is_signed_as_AWSs_documents_say_and_a_roles_token_follows_the_signature()
    {
        var at = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        Uri expected = new RequestSigner("key", Secret, "iotdevicegateway").Presign("x.iot.eu-west-1.amazonaws.com", at);

        Uri signed = RequestSigning.SignWebSocket(new Uri("wss://x.iot.eu-west-1.amazonaws.com/mqtt"), "eu-west-1", new ImmutableCredentials("key", Secret, null), at);
        Uri ofRole = RequestSigning.SignWebSocket(new Uri("wss://x.iot.eu-west-1.amazonaws.com/mqtt"), "eu-west-1", new ImmutableCredentials("key", Secret, "to/ken="), at);

        Assert.AreEqual(expected.AbsoluteUri, signed.AbsoluteUri);
        Assert.AreEqual(expected.AbsoluteUri + "&X-Amz-Security-Token=to%2Fken%3D", ofRole.AbsoluteUri);
    }
}
