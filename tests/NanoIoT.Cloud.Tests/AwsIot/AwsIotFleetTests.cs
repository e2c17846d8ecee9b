using System.Text.Json.Nodes;
using NanoIoT.Cloud.AwsIot;
using NanoIoT.Cloud.Registry;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.AwsIot;

/// <summary>What the service holds of AWS IoT's things, where the index is behind what boards say.</summary>
[TestClass]
public sealed class AwsIotFleetTests
{
    private readonly MovedTime _time = new();
    private readonly AwsIotFleet _fleet;
    private readonly List<string> _behind = [];

    public AwsIotFleetTests() => _fleet = new AwsIotFleet(_time) { Behind = _behind.Add };

    [TestMethod]
    public async Task What_a_board_said_stands_until_the_index_has_had_the_time_to_hear_of_it()
    {
        Look(Indexed("t", firmware: "1.0.0", reported: "1.0.0"));
        await _fleet.SetFirmwareAsync("t", "app", "2.0.0+7").ConfigureAwait(false);

        Look(Indexed("t", firmware: "1.0.0", reported: "1.0.0"));
        Assert.AreEqual("2.0.0+7", Version("t"));
        Assert.AreEqual("2.0.0#7", _fleet.LackOf("t").Attributes["firmware.app"], "AWS's attributes have no +");
        Assert.AreEqual("t", _behind.Single());

        _time.Move(AwsIotFleet.IndexLag + TimeSpan.FromSeconds(1));
        Look(Indexed("t", firmware: "2.0.0#7", reported: "1.0.0"));
        Assert.AreEqual("1.0.0", Version("t"), "flashed by hand since");
        Assert.AreEqual("1.0.0", _fleet.LackOf("t").Attributes["firmware.app"]);
    }

    [TestMethod]
    public async Task What_was_written_is_lacking_no_more_and_is_not_said_again()
    {
        Look(Indexed("t", firmware: null, reported: "1.0.0"));
        (IReadOnlyDictionary<string, string> attributes, _) = _fleet.LackOf("t");
        _fleet.Registered("t", attributes);
        await _fleet.SetFirmwareAsync("t", "app", "1.0.0").ConfigureAwait(false);

        Assert.IsEmpty(_fleet.LackOf("t").Attributes);
        Assert.IsEmpty(_behind);
    }

    [TestMethod]
    public void A_thing_that_a_look_does_not_find_is_gone_unless_the_index_may_not_know_it_yet()
    {
        Look(Indexed("old", null, null));
        _fleet.Take(Indexed("new", null, null), 0, _time.GetUtcNow(), isIndexed: false);
        _time.Move(TimeSpan.FromSeconds(10));
        _fleet.Keep(new HashSet<string>(), _time.GetUtcNow());
        CollectionAssert.AreEqual(new[] { "new" }, _fleet.List().Select(thing => thing.ThingName).ToArray());

        _time.Move(AwsIotFleet.IndexLag);
        _fleet.Keep(new HashSet<string>(), _time.GetUtcNow());
        Assert.IsEmpty(_fleet.List());
    }

    [TestMethod]
    public async Task Another_thing_of_the_same_name_inherits_nothing()
    {
        Look(Indexed("t", firmware: null, reported: "1.0.0"));
        await _fleet.SetFirmwareAsync("t", "app", "2.0.0").ConfigureAwait(false);

        _fleet.Take(Indexed("t", null, null) with { Id = "another" }, 0, _time.GetUtcNow(), isIndexed: false);

        Assert.IsNull(Version("t"));
        Assert.IsEmpty(_fleet.LackOf("t").Attributes);
    }

    [TestMethod]
    [DataRow(null, false)]
    [DataRow("{}", false)]
    [DataRow("""{"name":{"other":{}}}""", false)]
    [DataRow("""{"name":{"nanoiot":{"reported":{}}}}""", true)]
    [DataRow("""{"name":{"nanoiot":{"desired":{"groups":["b"]}}}}""", true)]
    [DataRow("""{"name":{"nanoiot":{"desired":{"groups":["a","b"]}}}}""", false)]
    [DataRow("""{"name":{"nanoiot":{"desired":{"groups":["a","b"],"region":"eu"}}}}""", true)]
    [DataRow("""{"name":{"nanoiot":{"desired":{"gro""", false)]
    public void Desired_is_written_where_it_is_another_and_there_is_an_agent(string? shadow, bool lacks)
    {
        Look(Indexed("t", null, null) with { Groups = ["a", "b"], Shadow = shadow });

        JsonObject? desired = _fleet.LackOf("t").Desired;

        Assert.AreEqual(lacks, desired is not null);
        Assert.AreEqual(lacks ? """{"groups":["a","b"],"region":null}""" : null, desired?.ToJsonString());
    }

    [TestMethod]
    [DataRow("attributes.firmware.app:2.0.0", "a")]
    [DataRow("thingGroupNames:lab", "a b")]
    [DataRow("shadow.name.nanoiot.reported.firmware.app:1.0.0", "b")]
    [DataRow("attributes.region:eu AND NOT thingName:a", "b")]
    public void Queries_are_asked_of_what_was_seen(string query, string found)
    {
        Look(
            Indexed("a", firmware: "2.0.0", reported: null) with { Groups = ["lab"] },
            Indexed("b", firmware: null, reported: "1.0.0") with { Groups = ["lab"], Attributes = new Dictionary<string, string> { ["region"] = "eu" } });
        var queries = new AwsIotQueries(_fleet, new NobodyConnected());

        Assert.AreEqual(found, string.Join(' ', _fleet.List().Where(queries.Compile(query)).Select(thing => thing.ThingName)));
    }

    [TestMethod]
    public void Shadows_are_shown_as_documents()
    {
        Look(Indexed("t", null, "1.0.0"));

        Assert.AreEqual("1.0.0", _fleet.TryGet("t", "nanoiot")!["state"]!["reported"]!["firmware"]!["app"]!.GetValue<string>());
        Assert.AreEqual("nanoiot", _fleet.PeekNames("t").Single());
        Assert.IsNull(_fleet.TryGet("t", string.Empty));
        Assert.IsNull(_fleet.TryGet("none", "nanoiot"));
    }

    private static IndexedThing Indexed(string name, string? firmware, string? reported) => new()
    {
        Name = name,
        Id = "id of " + name,
        Attributes = firmware is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["firmware.app"] = firmware },
        Shadow = reported is null ? null : new JsonObject { ["name"] = new JsonObject { ["nanoiot"] = new JsonObject { ["reported"] = new JsonObject { ["firmware"] = new JsonObject { ["app"] = reported } } } } }.ToJsonString(),
    };

    private void Look(params IndexedThing[] items)
    {
        foreach (IndexedThing item in items)
        {
            _fleet.Take(item, 0, _time.GetUtcNow(), isIndexed: true);
        }
    }

    private string? Version(string thing) => _fleet.Find(thing)!.Firmware.GetValueOrDefault("app");
}
