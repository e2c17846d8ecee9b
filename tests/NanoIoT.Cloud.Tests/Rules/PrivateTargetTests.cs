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
    [DataRow("127.0.0.1", false)]
    [DataRow("10.1.2.3", false)]
    [DataRow("172.31.255.255", false)]
    [DataRow("172.32.0.1", true)]
    [DataRow("192.168.0.1", false)]
    [DataRow("169.254.169.254", false)]
    [DataRow("100.64.0.1", false)]
    [DataRow("0.0.0.0", false)]
    [DataRow("255.255.255.255", false)]
    [DataRow("8.8.8.8", true)]
    [DataRow("::1", false)]
    [DataRow("::", false)]
    [DataRow("fe80::1", false)]
    [DataRow("fd00:ec2::254", false)]
    [DataRow("::ffff:127.0.0.1", false)]
    [DataRow("::ffff:8.8.8.8", true)]
    [DataRow("::7f00:1", false)]
    [DataRow("64:ff9b::7f00:1", false)]
    [DataRow("2002:7f00:1::", false)]
    [DataRow("2606:4700:4700::1111", true)]
    public void An_address_is_public_or_not(string address, bool isPublic) =>
        Assert.AreEqual(isPublic, PrivateTargets.IsPublic(IPAddress.Parse(address)));

    [TestMethod]
    [DataRow("http://127.0.0.1:1/x")]
    [DataRow("http://localhost/x")]
    [DataRow("http://LOCALHOST./x")]
    [DataRow("http://a.localhost:8080/x")]
    [DataRow("http://[::1]/x")]
    [DataRow("http://[::ffff:10.0.0.1]/x")]
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
