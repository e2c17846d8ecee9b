using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Tests;

/// <summary>What firmware held anywhere holds to; each place has a class of its own that starts a service with it.</summary>
public abstract class FirmwareStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-firmware-").FullName;
    private readonly HttpClient _http = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });

    /// <summary>The service.</summary>
    protected CloudService Cloud { get; private set; } = null!;

    /// <summary>How the service is started.</summary>
    /// <param name="folder">Its data folder.</param>
    protected abstract Task<CloudOptions> CreateOptionsAsync(string folder);

    [TestInitialize]
    public async Task StartAsync() => Cloud = await CloudService.StartAsync(await CreateOptionsAsync(_folder).ConfigureAwait(false)).ConfigureAwait(false);

    [TestCleanup]
    public async Task StopAsync()
    {
        _http.Dispose();
        await Cloud.DisposeAsync().ConfigureAwait(false);
        await CleanAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task An_image_is_downloaded_whole_and_by_ranges_with_its_digests_behind_it()
    {
        byte[] payload = RandomNumberGenerator.GetBytes(100_000);
        Artifact artifact = await PublishAsync("1.0.0", payload).ConfigureAwait(false);

        (string url, long expires) = Cloud.Firmware.CreateUrl(artifact);
        byte[] whole = await _http.GetByteArrayAsync(new Uri(url)).ConfigureAwait(false);
        using HttpResponseMessage middle = await RangeAsync(url, 4096, 8191).ConfigureAwait(false);
        using HttpResponseMessage last = await RangeAsync(url, artifact.Manifest.DigestsOffset, whole.Length - 1).ConfigureAwait(false);

        Assert.AreEqual(artifact.Manifest.Size + artifact.Manifest.DigestsLength, whole.Length);
        Assert.AreEqual(artifact.Manifest.Sha256, Convert.ToHexStringLower(SHA256.HashData(whole.AsSpan(0, artifact.Manifest.Size))));
        Assert.AreEqual(HttpStatusCode.PartialContent, middle.StatusCode);
        CollectionAssert.AreEqual(whole[4096..8192], await middle.Content.ReadAsByteArrayAsync().ConfigureAwait(false));
        Assert.AreEqual(new ContentRangeHeaderValue(4096, 8191, whole.Length), middle.Content.Headers.ContentRange);
        Assert.AreEqual(artifact.Manifest.DigestsLength, (await last.Content.ReadAsByteArrayAsync().ConfigureAwait(false)).Length);
        Assert.IsNotNull(middle.Headers.ETag);
        Assert.AreEqual(middle.Headers.ETag, last.Headers.ETag);
        Assert.AreEqual(DateTimeOffset.UtcNow.AddDays(7).ToUnixTimeSeconds(), expires, 60);
        Assert.IsTrue(middle.Headers.CacheControl is { Public: true, MaxAge.TotalDays: 365 }, $"{middle.Headers.CacheControl}");
    }

    [TestMethod]
    public async Task A_large_image_arrives_as_it_was_sent()
    {
        byte[] image = RandomNumberGenerator.GetBytes(9_000_000);
        byte[] digests = RandomNumberGenerator.GetBytes(9_000_000);
        string file = Convert.ToHexStringLower(SHA256.HashData(image)) + ".bin";

        await Cloud.Images.WriteAsync(file, image, digests, default).ConfigureAwait(false);

        byte[] whole = await _http.GetByteArrayAsync(new Uri(Cloud.Images.CreateUrl(file).Url)).ConfigureAwait(false);
        Assert.IsTrue(whole.AsSpan().SequenceEqual([.. image, .. digests]));
        Assert.IsTrue((await Cloud.Images.ReadAsync(file, default).ConfigureAwait(false)).AsSpan().SequenceEqual(whole));
        await Cloud.Images.DeleteAsync(file, default).ConfigureAwait(false);
        await Cloud.Images.DeleteAsync(file, default).ConfigureAwait(false);
        Assert.IsNull(await Cloud.Images.ReadAsync(file, default).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task The_same_image_again_is_the_same_artifact_and_another_is_refused()
    {
        byte[] payload = RandomNumberGenerator.GetBytes(9000);
        Artifact first = await PublishAsync("1.0.0", payload).ConfigureAwait(false);
        Artifact again = await PublishAsync("1.0.0", payload).ConfigureAwait(false);
        payload[5] ^= 1;
        CloudException other = await Assert.ThrowsExactlyAsync<CloudException>(() => PublishAsync("1.0.0", payload)).ConfigureAwait(false);

        Assert.AreEqual(first.File, again.File);
        Assert.AreEqual(ErrorCodes.AlreadyExists, other.Code);
    }

    [TestMethod]
    public async Task A_forged_URL_and_one_of_a_deleted_image_give_nothing()
    {
        Artifact artifact = await PublishAsync("1.0.0", RandomNumberGenerator.GetBytes(9000)).ConfigureAwait(false);
        string url = Cloud.Firmware.CreateUrl(artifact).Url;

        using HttpResponseMessage forged = await _http.GetAsync(new Uri(url.Replace(artifact.File[..8], "00000000", StringComparison.Ordinal))).ConfigureAwait(false);
        Assert.IsTrue(forged.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{forged.StatusCode}");
        await Cloud.Firmware.DeleteAsync("app", "1.0.0").ConfigureAwait(false);
        using HttpResponseMessage gone = await _http.GetAsync(new Uri(url)).ConfigureAwait(false);
        Assert.AreEqual(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.IsNull(Cloud.Firmware.Find("app", "1.0.0"));
    }

    /// <summary>Ends what the class started.</summary>
    protected virtual ValueTask CleanAsync() => ValueTask.CompletedTask;

    protected Task<Artifact> PublishAsync(string version, byte[] payload) =>
        Cloud.Firmware.PublishAsync(new PublishRequest { Component = "app", Version = version, Profiles = ["ESP32_S3"], Image = payload });

    protected async Task<HttpResponseMessage> RangeAsync(string url, long from, long to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(from, to) } };
        return await _http.SendAsync(request).ConfigureAwait(false);
    }
}
