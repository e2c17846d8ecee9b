using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>The contract, in a folder; and how the service keeps a herd of downloads in bounds.</summary>
[TestClass]
public sealed class FolderFirmwareTests : FirmwareStoreContract
{
    protected override Task<CloudOptions> CreateOptionsAsync(string folder) =>
        Task.FromResult(new CloudOptions { DataFolder = folder, MqttPort = 0, HttpsPort = 0 });

    [TestMethod]
    [DataRow("1.1")]
    [DataRow("2.0")]
    public async Task A_cache_asks_by_either_version_of_HTTP_whether_what_it_has_is_still_right(string version)
    {
        Artifact artifact = await Cloud.Firmware.PublishAsync(new PublishRequest { Component = "app", Version = "1.0.0", Profiles = ["ESP32_S3"], Image = new byte[5000] }).ConfigureAwait(false);
        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { DefaultRequestVersion = new Version(version), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var url = new Uri(Cloud.Firmware.CreateUrl(artifact).Url);
        using HttpResponseMessage first = await http.GetAsync(url).ConfigureAwait(false);
        using var again = new HttpRequestMessage(HttpMethod.Get, url) { Version = new Version(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using HttpResponseMessage second = await http.SendAsync(again).ConfigureAwait(false);

        Assert.AreEqual(HttpStatusCode.OK, first.StatusCode);
        Assert.AreEqual(new Version(version), first.Version);
        Assert.AreEqual(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Contains("immutable", first.Headers.CacheControl!.ToString());
    }

    [TestMethod]
    public async Task Downloads_beyond_the_slots_are_told_when_to_come_back_and_all_share_the_rate()
    {
        string folder = Directory.CreateTempSubdirectory("nanoiot-slots-").FullName;
        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        CloudService cloud = await CloudService.StartAsync(new CloudOptions { DataFolder = folder, MqttPort = 0, HttpsPort = 0, MaxDownloads = 2, MaxDownloadBytesPerSecond = 100_000 }).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            Artifact artifact = await cloud.Firmware.PublishAsync(new PublishRequest { Component = "app", Version = "1.0.0", Profiles = ["ESP32_S3"], Image = RandomNumberGenerator.GetBytes(100_000) }).ConfigureAwait(false);
            var url = new Uri(cloud.Firmware.CreateUrl(artifact).Url);
            var clock = Stopwatch.StartNew();
            HttpResponseMessage[] two = await Task.WhenAll(http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead), http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead)).ConfigureAwait(false);
            var refusals = new List<int>();
            await Wait.UntilAsync(
                async () =>
                {
                    using HttpResponseMessage answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
                    if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                    {
                        refusals.Add((int)answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
                    }

                    return refusals.Count >= 8;
                },
                "the third is refused").ConfigureAwait(false);
            byte[][] images = await Task.WhenAll(two.Select(answer => answer.Content.ReadAsByteArrayAsync())).ConfigureAwait(false);

            Assert.IsGreaterThan(TimeSpan.FromSeconds(1.5), clock.Elapsed, "two of 100 KB at 100 KB a second");
            CollectionAssert.AreEqual(images[0], images[1]);
            Assert.IsTrue(refusals.All(seconds => seconds is >= 5 and <= 60));
            Assert.IsGreaterThan(1, refusals.Distinct().Count(), "each at another moment");
            foreach (HttpResponseMessage answer in two)
            {
                answer.Dispose();
            }

            Assert.HasCount(images[0].Length, await http.GetByteArrayAsync(url).ConfigureAwait(false));
        }

        Directory.Delete(folder, recursive: true);
    }
}
