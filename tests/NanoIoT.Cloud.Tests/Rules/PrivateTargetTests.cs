using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Rules;

/// <summary>URLs in rules, destinations and subscriptions do not reach the service's own network.</summary>
[TestClass]
public sealed class PrivateTargetTests : RuleTestBase
{
    protected override CloudOptions CreateOptions() => new() { DataFolder = DataFolder, MqttPort = 0, HttpsPort = 0 };

    [TestMethod]
    [DataRow("0.0.0.0", false)]
    [DataRow("0.1.2.3", false)]
    [DataRow("10.1.2.3", false)]
    [DataRow("100.64.0.1", false)]
    [DataRow("100.127.255.255", false)]
    [DataRow("127.0.0.1", false)]
    [DataRow("169.254.169.254", false)]
    [DataRow("172.16.0.1", false)]
    [DataRow("172.31.255.255", false)]
    [DataRow("192.0.0.1", false)]
    [DataRow("192.0.2.1", false)]
    [DataRow("192.88.99.1", false)]
    [DataRow("192.168.0.1", false)]
    [DataRow("198.18.0.1", false)]
    [DataRow("198.19.255.255", false)]
    [DataRow("198.51.100.1", false)]
    [DataRow("203.0.113.1", false)]
    [DataRow("224.0.0.1", false)]
    [DataRow("239.255.255.255", false)]
    [DataRow("240.0.0.1", false)]
    [DataRow("255.255.255.255", false)]
    [DataRow("::", false)]
    [DataRow("::1", false)]
    [DataRow("::7f00:1", false)]
    [DataRow("::8.8.8.8", false)]
    [DataRow("::ffff:127.0.0.1", false)]
    [DataRow("::ffff:10.0.0.1", false)]
    [DataRow("::ffff:0:7f00:1", false)]
    [DataRow("::ffff:0:8.8.8.8", false)]
    [DataRow("64:ff9b::7f00:1", false)]
    [DataRow("64:ff9b::8.8.8.8", false)]
    [DataRow("64:ff9b:1::a00:1", false)]
    [DataRow("64:ff9b:1:ffff::1", false)]
    [DataRow("100::1", false)]
    [DataRow("100:0:0:1::1", false)]
    [DataRow("2001::1", false)]
    [DataRow("2001:0:7f00:1::", false)]
    [DataRow("2001:2::1", false)]
    [DataRow("2001:10::1", false)]
    [DataRow("2001:db8::1", false)]
    [DataRow("2002:7f00:1::", false)]
    [DataRow("2002:808:808::", false)]
    [DataRow("3fff::1", false)]
    [DataRow("5f00::1", false)]
    [DataRow("fc00::1", false)]
    [DataRow("fd00:ec2::254", false)]
    [DataRow("fe80::1", false)]
    [DataRow("febf::1", false)]
    [DataRow("fec0::1", false)]
    [DataRow("feff::1", false)]
    [DataRow("ff02::1", false)]
    [DataRow("ff0e::1", false)]
    [DataRow("1.1.1.1", true)]
    [DataRow("8.8.8.8", true)]
    [DataRow("11.0.0.1", true)]
    [DataRow("100.63.255.255", true)]
    [DataRow("100.128.0.1", true)]
    [DataRow("126.255.255.255", true)]
    [DataRow("128.0.0.1", true)]
    [DataRow("172.15.255.255", true)]
    [DataRow("172.32.0.1", true)]
    [DataRow("192.0.1.1", true)]
    [DataRow("192.167.255.255", true)]
    [DataRow("198.17.255.255", true)]
    [DataRow("198.20.0.1", true)]
    [DataRow("223.255.255.255", true)]
    [DataRow("::ffff:8.8.8.8", true)]
    [DataRow("64:ff9c::1", true)]
    [DataRow("2001:4860:4860::8888", true)]
    [DataRow("2003::1", true)]
    [DataRow("2606:4700:4700::1111", true)]
    [DataRow("2a00:1450:4001::1", true)]
    public void An_address_is_public_or_not(string address, bool isPublic) =>
        Assert.AreEqual(isPublic, PrivateTargets.IsPublic(IPAddress.Parse(address)));

    [TestMethod]
    [DataRow("http://127.0.0.1:1/x")]
    [DataRow("http://localhost/x")]
    [DataRow("http://LOCALHOST./x")]
    [DataRow("http://a.localhost:8080/x")]
    [DataRow("http://[::1]/x")]
    [DataRow("http://[::ffff:10.0.0.1]/x")]
    [DataRow("http://[::ffff:0:7f00:1]/x")]
    [DataRow("http://[64:ff9b::7f00:1]/x")]
    [DataRow("http://169.254.169.254/latest/meta-data")]
    [DataRow("http://0x7f.1/x")]
    [DataRow("http://2130706433/x")]
    [DataRow("http://127.1/${topic()}")]
    public async Task A_url_that_names_a_private_address_is_refused_when_it_is_written(string url)
    {
        string action = new JsonArray(new JsonObject { ["webhook"] = new JsonObject { ["url"] = url } }).ToJsonString();

        CloudException rule = await Assert.ThrowsExactlyAsync<CloudException>(() => CreateAsync("hook", "SELECT * FROM 'in/#'", action));

        Assert.AreEqual(ErrorCodes.InvalidRequest, rule.Code);
        Assert.Contains("--allow-private-targets", rule.Message);
    }

    [TestMethod]
    [DataRow("http://example.com:99999/", "example.com:99999")]
    [DataRow("http://example.com:0/x", "example.com:0")]
    [DataRow("http://example.com:80a/x", "example.com:80a")]
    [DataRow("http://localhost%2e/", "localhost%2e")]
    [DataRow("http://example%2ecom/x?code=secret", "example%2ecom")]
    [DataRow("http:///x", "")]
    [DataRow("http://[::1/x", "[::1")]
    [DataRow("http://exa mple.com/x", "exa mple.com")]
    [DataRow("http://example..com/x", "example..com")]
    [DataRow("http://example.com:99999/${topic()}", "example.com:99999")]
    public async Task A_url_that_can_never_be_reached_is_refused_when_it_is_written(string url, string host)
    {
        string action = new JsonArray(new JsonObject { ["webhook"] = new JsonObject { ["url"] = url } }).ToJsonString();

        CloudException rule = await Assert.ThrowsExactlyAsync<CloudException>(
            () => CreateAsync("hook", "SELECT * FROM 'in/#'", action));

        Assert.AreEqual(ErrorCodes.InvalidRequest, rule.Code);
        Assert.Contains($"'{host}' is not a valid host", rule.Message);
        Assert.DoesNotContain("secret", rule.Message);
    }

    [TestMethod]
    [DataRow("https://example.com/x")]
    [DataRow("https://example.com.:8443/x?y=${topic()}")]
    [DataRow("http://a_b.example.com")]
    [DataRow("http://bücher.example/x")]
    [DataRow("http://[2606:4700:4700::1111]:8080/x")]
    [DataRow("http://8.8.8.8/${topic(2)}")]
    [DataRow("https://a-${topic(2)}.example.com/x")]
    public Task A_public_url_is_accepted(string url)
    {
        string action = new JsonArray(new JsonObject { ["webhook"] = new JsonObject { ["url"] = url } }).ToJsonString();

        return CreateAsync("hook", "SELECT * FROM 'in/#'", action);
    }

    [TestMethod]
    public async Task Destinations_and_subscriptions_are_refused_too()
    {
        CloudException destination = await Assert.ThrowsExactlyAsync<CloudException>(() => Cloud.CallAsync(
            "CreateTopicRuleDestination",
            (JsonObject)JsonNode.Parse("""{"destinationConfiguration":{"httpUrlConfiguration":{"confirmationUrl":"http://127.0.0.1:9/"}}}""")!));
        using var http = new ServiceClient(Cloud.Ready);
        await http.PostAsync("nanoiot/topics", new JsonObject { ["name"] = "alarms" });
        InvalidOperationException subscription = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => http.PostAsync(
            "nanoiot/topics/alarms/subscriptions", new JsonObject { ["protocol"] = "http", ["endpoint"] = "http://localhost:9/" }));

        Assert.Contains("--allow-private-targets", destination.Message);
        Assert.Contains("400", subscription.Message);
    }

    [TestMethod]
    public async Task A_name_that_resolves_to_a_private_address_is_not_connected_to()
    {
        // This machine's own name resolves to one of its own addresses, which no check of the URL's text can see.
        string name = Dns.GetHostName();
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(name);
        Assert.IsTrue(addresses.Any(address => !PrivateTargets.IsPublic(address)), "this machine's name resolves to a private address");
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        string action = new JsonArray(new JsonObject { ["webhook"] = new JsonObject { ["url"] = $"http://{name}:{port}/x" } }).ToJsonString();
        await CreateAsync("hook", "SELECT * FROM 'in/#'", action);

        await PublishAsync("in/1", """{"a":1}""");

        using var http = new ServiceClient(Cloud.Ready);
        JsonNode? letter = null;
        await Wait.UntilAsync(
            async () => (letter = (await http.GetAsync("nanoiot/dead-letters"))["deadLetters"]!.AsArray().FirstOrDefault()) is not null,
            "the result is a dead letter");
        Assert.AreEqual(PrivateTargets.Code, letter!["code"]!.GetValue<string>());
        Assert.IsFalse(listener.Pending(), "nothing connected");
    }
}
