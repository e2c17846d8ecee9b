using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>The service over its real HTTPS API.</summary>
[TestClass]
public sealed class ServiceTests
{
    private TestService _service = null!;
    private HttpClient _http = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync().ConfigureAwait(false);
        _http = _service.CreateHttp();
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        _http.Dispose();
        await _service.DisposeAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_thing_types_searchable_attributes_are_added_later_and_its_description_stays()
    {
        await _service.Cloud.CallAsync("CreateThingType", new JsonObject { ["thingTypeProperties"] = new JsonObject { ["thingTypeDescription"] = "a pump" } }, ("thingTypeName", "pump")).ConfigureAwait(false);

        await _service.Cloud.CallAsync("UpdateThingType", new JsonObject { ["thingTypeProperties"] = new JsonObject { ["searchableAttributes"] = new JsonArray("site") } }, ("thingTypeName", "pump")).ConfigureAwait(false);

        JsonObject type = await _service.Cloud.CallAsync("DescribeThingType", null, ("thingTypeName", "pump")).ConfigureAwait(false);
        Assert.AreEqual("site", type["thingTypeProperties"]!["searchableAttributes"]![0]!.GetValue<string>());
        Assert.AreEqual("a pump", type["thingTypeProperties"]!["thingTypeDescription"]?.GetValue<string>());
        CloudException none = await Assert.ThrowsExactlyAsync<CloudException>(() => _service.Cloud.CallAsync("UpdateThingType", new JsonObject { ["thingTypeProperties"] = new JsonObject() }, ("thingTypeName", "none"))).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.NotFound, none.Code);
    }

    [TestMethod]
    public async Task Without_the_token_nothing_is_told()
    {
        using var stranger = new HttpRequestMessage(HttpMethod.Get, "/nanoiot/things");
        stranger.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");

        using HttpResponseMessage response = await _http.SendAsync(stranger).ConfigureAwait(false);

        Assert.AreEqual(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.AreEqual(ErrorCodes.Unauthorized, response.Headers.GetValues("x-amzn-ErrorType").Single());
    }

    [TestMethod]
    [DataRow("POST", "/nanoiot/things", "{\"thing\":{\"thingName\":\"a b\"}}", 400)]
    [DataRow("POST", "/nanoiot/things", "{\"thing\":{\"thingName\":\"../../x\"}}", 400)]
    [DataRow("POST", "/nanoiot/things", "{\"thing\":{\"thingName\":\"x\",\"profile\":\"TOASTER\"}}", 400)]
    [DataRow("POST", "/nanoiot/things", "{\"thing\":{\"thingName\":\"x\"},\"csr\":\"garbage\"}", 400)]
    [DataRow("POST", "/nanoiot/things", "{\"thing\":{}}", 400)]
    [DataRow("POST", "/nanoiot/things", "not json", 400)]
    [DataRow("POST", "/nanoiot/firmware?component=app&version=1.x&profile=ESP32_S3", "abc", 400)]
    [DataRow("POST", "/nanoiot/firmware?component=app&version=1.0.0&profile=NONE", "abc", 400)]
    [DataRow("POST", "/nanoiot/firmware?component=a%2Fb&version=1.0.0&profile=ESP32_S3", "abc", 400)]
    [DataRow("POST", "/nanoiot/firmware?component=app&version=1.0.0&profile=ESP32_S3", "", 400)]
    [DataRow("POST", "/nanoiot/campaigns", "{\"component\":\"app\",\"version\":\"9.9.9\",\"stages\":[{}]}", 404)]
    [DataRow("POST", "/nanoiot/campaigns", "{\"component\":\"app\",\"version\":\"9.9.9\",\"stages\":[]}", 400)]
    [DataRow("POST", "/nanoiot/campaigns", "{\"component\":\"app\",\"version\":\"9.9.9\",\"stages\":[{\"percent\":0}]}", 400)]
    [DataRow("GET", "/nanoiot/things/none", null, 404)]
    [DataRow("GET", "/nanoiot/things?limit=0", null, 400)]
    [DataRow("DELETE", "/nanoiot/things/none", null, 404)]
    [DataRow("GET", "/nanoiot/campaigns/none", null, 404)]
    [DataRow("POST", "/nanoiot/campaigns/none/pause", null, 404)]
    [DataRow("GET", "/things/none/shadow", null, 404)]
    [DataRow("GET", "/nothing/here", null, 404)]
    [DataRow("GET", "/firmware/../nanoiot.db?expires=99999999999&signature=00", null, 403)]
    [DataRow("GET", "/firmware/abc?expires=99999999999&signature=00", null, 403)]
    public async Task What_is_wrong_is_answered_with_a_code_and_changes_nothing(string method, string path, string? body, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (path.StartsWith("/firmware/..", StringComparison.Ordinal))
        {
            _http.DefaultRequestHeaders.Authorization = null;
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, path.Contains("firmware", StringComparison.Ordinal) ? "application/octet-stream" : "application/json");
        }

        using HttpResponseMessage response = await _http.SendAsync(request).ConfigureAwait(false);
        string text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);

        Assert.AreEqual(status, (int)response.StatusCode, text);
        Assert.IsNotNull(JsonNode.Parse(text)!["code"], text);
        Assert.IsEmpty(_service.Cloud.Registry.List());
        Assert.IsEmpty(_service.Cloud.Firmware.List());
        Assert.IsEmpty(_service.Cloud.Campaigns.List());
    }

    [TestMethod]
    public async Task A_thing_is_created_shown_listed_and_deleted_and_the_same_again_is_no_fault()
    {
        var request = new ThingRequest { ThingName = "t", Groups = ["lab", "field"], Region = "eu", Attributes = new Dictionary<string, string> { ["serial"] = "A-1" } };
        Thing first = await _service.Cloud.Registry.CreateAsync(request).ConfigureAwait(false);
        Thing again = await _service.Cloud.Registry.CreateAsync(request).ConfigureAwait(false);
        Assert.AreEqual(first.ThingId, again.ThingId);
        CloudException other = await Assert.ThrowsExactlyAsync<CloudException>(() => _service.Cloud.Registry.CreateAsync(request with { Region = "us" })).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.AlreadyExists, other.Code);

        JsonNode shown = JsonNode.Parse(await _http.GetStringAsync(new Uri("/nanoiot/things/t", UriKind.Relative)).ConfigureAwait(false))!;
        Assert.AreEqual("""["field","lab"]""", shown["thing"]!["groups"]!.ToJsonString());
        Assert.AreEqual("""["field","lab"]""", JsonNode.Parse(shown["shadow"]!["desired"]!["groups"]!.ToJsonString())!.ToJsonString());

        await _service.Cloud.Registry.DeleteAsync("t").ConfigureAwait(false);
        Assert.IsNull(_service.Cloud.Registry.Find("t"));
    }

    [TestMethod]
    public async Task Firmware_is_served_by_range_to_a_signed_url_alone()
    {
        Artifact artifact = await _service.PublishAsync("1.0.0").ConfigureAwait(false);
        (string url, _) = _service.Cloud.Firmware.CreateUrl(artifact);
        _http.DefaultRequestHeaders.Authorization = null;
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Range = new RangeHeaderValue(100, 199);

        using HttpResponseMessage response = await _http.SendAsync(request).ConfigureAwait(false);

        Assert.AreEqual(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.AreEqual(100, response.Content.Headers.ContentLength);
        Assert.AreEqual(artifact.Manifest.DigestsOffset + artifact.Manifest.DigestsLength, response.Content.Headers.ContentRange!.Length);
        Assert.IsNotNull(response.Headers.ETag);
        byte[] part = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        CollectionAssert.AreEqual(_service.ReadImage(artifact)[100..200], part);
        using HttpResponseMessage forged = await _http.GetAsync(new Uri(url.Replace("expires=", "expires=9", StringComparison.Ordinal))).ConfigureAwait(false);
        Assert.AreEqual(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    [TestMethod]
    public async Task A_published_manifest_is_signed_and_its_digests_are_the_images()
    {
        Artifact artifact = await _service.PublishAsync("1.0.0").ConfigureAwait(false);
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(_service.Folder, "firmware.key")).ConfigureAwait(false));
        byte[] file = await File.ReadAllBytesAsync(Path.Combine(_service.Folder, "firmware", artifact.File)).ConfigureAwait(false);
        Manifest manifest = artifact.Manifest;

        Assert.IsTrue(key.VerifyData(artifact.ManifestBytes, artifact.Signature, HashAlgorithmName.SHA256));
        Assert.AreEqual(manifest.Sha256, Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(0, manifest.Size))));
        Assert.AreEqual(manifest.DigestsOffset + manifest.DigestsLength, file.Length);
        byte[] list = file[manifest.DigestsOffset..];
        Assert.AreEqual(manifest.DigestsHmac, Convert.ToHexStringLower(HMACSHA256.HashData(Contract.GetDigestKey(), list)));
        CollectionAssert.AreEqual(HMACSHA256.HashData(Contract.GetDigestKey(), file.AsSpan(0, manifest.ChunkSize)), list[..32]);
    }

    [TestMethod]
    public async Task The_same_image_again_is_no_fault_and_another_is_refused()
    {
        Artifact first = await _service.PublishAsync("1.0.0").ConfigureAwait(false);

        Assert.AreEqual(first.File, (await _service.PublishAsync("1.0.0").ConfigureAwait(false)).File);
        CloudException exception = await Assert.ThrowsExactlyAsync<CloudException>(() => _service.PublishAsync("1.1.0", "1.0.0")).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.AlreadyExists, exception.Code);
    }

    [TestMethod]
    public async Task A_store_that_cannot_be_written_refuses_and_leaves_nothing_half_written()
    {
        string folder = Path.Combine(_service.Folder, "firmware");
        Directory.Delete(folder);
        await File.WriteAllTextAsync(folder, "in the way").ConfigureAwait(false);

        CloudException exception = await Assert.ThrowsExactlyAsync<CloudException>(() => _service.PublishAsync("1.0.0")).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.DiskFull, exception.Code);
        Assert.IsEmpty(_service.Cloud.Firmware.List());
        File.Delete(folder);
        Directory.CreateDirectory(folder);
        await _service.PublishAsync("1.0.0").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task An_image_too_large_for_the_slot_is_refused()
    {
        CloudException exception = await Assert.ThrowsExactlyAsync<CloudException>(() => _service.Cloud.Firmware.PublishAsync(new PublishRequest
        {
            Component = "app",
            Version = "1.0.0",
            Profiles = ["ESP32_S3", "ORGPAL_PALTHREE"],
            Image = new byte[1_100_000],
        })).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.InvalidRequest, exception.Code);
        StringAssert.Contains(exception.Message, "ORGPAL_PALTHREE", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Campaigns_of_one_component_exclude_each_other_and_can_be_paused_resumed_and_canceled()
    {
        await _service.PublishAsync("1.1.0").ConfigureAwait(false);
        await _service.RegisterAsync("t", "lab").ConfigureAwait(false);
        ICampaignService campaigns = _service.Cloud.Campaigns;
        var request = new CampaignRequest { Id = "c", Component = "app", Version = "1.1.0", Stages = [new CampaignStage { Group = "lab" }] };
        await campaigns.CreateAsync(request).ConfigureAwait(false);

        CloudException rival = await Assert.ThrowsExactlyAsync<CloudException>(() => campaigns.CreateAsync(request with { Id = "d" })).ConfigureAwait(false);
        StringAssert.Contains(rival.Message, "Campaign c is running", StringComparison.Ordinal);
        Assert.AreEqual(CampaignStatus.Paused, (await campaigns.SetPausedAsync("c", true).ConfigureAwait(false)).Status);
        CloudException twice = await Assert.ThrowsExactlyAsync<CloudException>(() => campaigns.SetPausedAsync("c", true)).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.Conflict, twice.Code);
        Campaign resumed = await campaigns.SetPausedAsync("c", false).ConfigureAwait(false);
        Assert.AreEqual(3, resumed.Revision);
        Assert.AreEqual(CampaignStatus.Canceled, (await campaigns.CancelAsync("c").ConfigureAwait(false)).Status);
        await campaigns.DeleteAsync("c").ConfigureAwait(false);
        Assert.IsEmpty(campaigns.List());
    }

    [TestMethod]
    public async Task A_report_counts_once_however_often_and_in_whatever_order_it_comes()
    {
        await _service.PublishAsync("1.1.0").ConfigureAwait(false);
        await _service.RegisterAsync("t", "lab").ConfigureAwait(false);
        await _service.RegisterAsync("u", "lab").ConfigureAwait(false);
        ICampaignService campaigns = _service.Cloud.Campaigns;
        await campaigns.CreateAsync(new CampaignRequest { Id = "c", Component = "app", Version = "1.1.0", Stages = [new CampaignStage { Group = "lab" }] }).ConfigureAwait(false);
        ProgressReport Report(int sequence, string state) => new() { Campaign = "c", Component = "app", State = state, Sequence = sequence, From = "1.0.0", To = "1.1.0" };

        Assert.IsTrue(await campaigns.AddReportAsync("t", Report(1, UpdateStates.Accepted)).ConfigureAwait(false));
        Assert.IsFalse(await campaigns.AddReportAsync("t", Report(1, UpdateStates.Accepted)).ConfigureAwait(false));
        Assert.IsTrue(await campaigns.AddReportAsync("t", Report(3, UpdateStates.Testing)).ConfigureAwait(false));
        Assert.IsFalse(await campaigns.AddReportAsync("t", Report(2, UpdateStates.Staged)).ConfigureAwait(false));
        Assert.IsFalse(await campaigns.AddReportAsync("t", Report(3, UpdateStates.Testing)).ConfigureAwait(false));

        CampaignView view = campaigns.View("c")!;
        Assert.AreEqual(1, view.Counts["testing"]);
        Assert.AreEqual(1, view.Counts["pending"]);
        Assert.AreEqual(2, view.Reports);
    }
}
