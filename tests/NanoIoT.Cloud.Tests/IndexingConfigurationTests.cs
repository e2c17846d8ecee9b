using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>
/// What UpdateIndexingConfiguration takes is returned by GetIndexingConfiguration; the rest is refused by name.
/// </summary>
[TestClass]
public sealed class IndexingConfigurationTests
{
    private static readonly string[] s_modes =
        ["thingIndexingMode", "thingConnectivityIndexingMode", "namedShadowIndexingMode", "deviceDefenderIndexingMode"];

    private TestService _service = null!;

    [TestInitialize]
    public async Task StartAsync() => _service = await TestService.StartAsync().ConfigureAwait(false);

    [TestCleanup]
    public async Task StopAsync() => await _service.DisposeAsync().ConfigureAwait(false);

    [TestMethod]
    public async Task A_configuration_that_was_read_can_be_changed_and_sent_back_with_its_managed_fields()
    {
        JsonObject configuration = await GetAsync().ConfigureAwait(false);
        configuration["thingIndexingConfiguration"]!["thingIndexingMode"] = "REGISTRY";
        configuration["thingIndexingConfiguration"]!["thingConnectivityIndexingMode"] = "OFF";
        configuration["thingIndexingConfiguration"]!["namedShadowIndexingMode"] = "OFF";
        configuration["thingGroupIndexingConfiguration"]!["thingGroupIndexingMode"] = "OFF";

        // The order of the fields is nobody's business.
        JsonArray fields = configuration["thingIndexingConfiguration"]!["managedFields"]!.AsArray();
        JsonNode first = fields[0]!;
        fields.RemoveAt(0);
        fields.Add(first);
        await UpdateAsync(configuration).ConfigureAwait(false);

        JsonObject changed = await GetAsync().ConfigureAwait(false);
        foreach (string member in s_modes)
        {
            Assert.AreEqual(
                configuration["thingIndexingConfiguration"]![member]!.ToString(),
                changed["thingIndexingConfiguration"]![member]!.ToString(),
                member);
        }

        Assert.AreEqual("OFF", changed["thingGroupIndexingConfiguration"]!["thingGroupIndexingMode"]!.ToString());
        Assert.HasCount(fields.Count, changed["thingIndexingConfiguration"]!["managedFields"]!.AsArray());
    }

    [TestMethod]
    [DataRow(
        """{"thingIndexingConfiguration":{"thingIndexingMode":"OFF","managedFields":[]}}""",
        "thingIndexingConfiguration.managedFields")]
    [DataRow(
        """{"thingIndexingConfiguration":{"thingIndexingMode":"OFF","managedFields":[{"name":"color","type":"String"}]}}""",
        "'color' of type String")]
    [DataRow(
        """{"thingGroupIndexingConfiguration":{"thingGroupIndexingMode":"OFF","managedFields":[{"name":"thingGroupName","type":"Number"}]}}""",
        "'thingGroupName' of type Number")]
    public async Task Other_managed_fields_are_refused_and_nothing_changes(string body, string expected)
    {
        string before = (await GetAsync().ConfigureAwait(false)).ToJsonString();

        CloudException refused = await RefusedAsync(body).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.InvalidRequest, refused.Code);
        Assert.Contains(expected, refused.Message);
        Assert.AreEqual(before, (await GetAsync().ConfigureAwait(false)).ToJsonString());
    }

    [TestMethod]
    [DataRow(
        """{"thingIndexingConfiguration":{"thingIndexingMode":"OFF","customFields":[{"name":"attributes.x","type":"Number"}]}}""",
        "customFields")]
    [DataRow(
        """{"thingGroupIndexingConfiguration":{"thingGroupIndexingMode":"OFF","customFields":[{"name":"attributes.x","type":"Number"}]}}""",
        "customFields")]
    [DataRow(
        """{"thingIndexingConfiguration":{"thingIndexingMode":"OFF","filter":{"namedShadowNames":["a"]}}}""",
        "filter")]
    [DataRow(
        """{"thingIndexingConfiguration":{"thingIndexingMode":"OFF","filter":{"geoLocations":[{"name":"a","order":"LatLon"}]}}}""",
        "filter")]
    [DataRow(
        """{"thingIndexingConfiguration":{"thingIndexingMode":"OFF","deviceDefenderIndexingMode":"VIOLATIONS"}}""",
        "deviceDefenderIndexingMode")]
    public async Task What_the_service_does_not_have_is_refused_by_name(string body, string expected)
    {
        CloudException refused = await RefusedAsync(body).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.NotSupported, refused.Code);
        Assert.Contains(expected, refused.Message);
    }

    private Task<JsonObject> GetAsync() => _service.Cloud.CallAsync("GetIndexingConfiguration", null);

    private Task<JsonObject> UpdateAsync(JsonObject body) =>
        _service.Cloud.CallAsync("UpdateIndexingConfiguration", body);

    private Task<CloudException> RefusedAsync(string body) =>
        Assert.ThrowsExactlyAsync<CloudException>(() => UpdateAsync((JsonObject)JsonNode.Parse(body)!));
}
