using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Runtime;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Announcements and servers that are wrong: the board says why, and keeps what it runs.</summary>
[TestClass]
public sealed class BadInputTests
{
    private readonly ConcurrentQueue<JsonNode> _reports = new();
    private readonly CancellationTokenSource _end = new();
    private Task _reading = Task.CompletedTask;
    private TestService _service = null!;
    private VirtualBoard _board = null!;
    private Artifact _artifact = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync().ConfigureAwait(false);
        _artifact = await _service.PublishAsync("1.1.0").ConfigureAwait(false);
        _reading = ReadReportsAsync();
        _board = await _service.CreateBoardAsync("b", "lab", settings => settings["httpTimeoutMilliseconds"] = 300).ConfigureAwait(false);
        await _board.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.VersionOf("b") == "1.0.0", "the board is connected").ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        await _service.DisposeAsync().ConfigureAwait(false);
    }

    [TestMethod]
    [DataRow("signature", ReasonCodes.BadSignature)]
    [DataRow("manifest", ReasonCodes.BadSignature)]
    [DataRow("key", ReasonCodes.UnknownKey)]
    [DataRow("v", ReasonCodes.UnknownContractVersion)]
    [DataRow("profile", ReasonCodes.WrongProfile)]
    [DataRow("component", ReasonCodes.WrongComponent)]
    [DataRow("lower", ReasonCodes.LowerVersion)]
    [DataRow("kind", ReasonCodes.UnsupportedKind)]
    [DataRow("requires", ReasonCodes.RequirementNotMet)]
    [DataRow("malformed", ReasonCodes.AnnouncementMalformed)]
    [DataRow("large", ReasonCodes.AnnouncementTooLarge)]
    [DataRow("garbage", ReasonCodes.AnnouncementMalformed)]
    public async Task A_bad_announcement_is_rejected_with_its_reason_and_a_good_one_is_still_taken(string what, string reason)
    {
        await AnnounceAsync(Bad(what)).ConfigureAwait(false);

        await Wait.UntilAsync(() => HasReported("rejected", reason), "rejected with " + reason).ConfigureAwait(false);
        Assert.AreEqual("1.0.0", _board.ImageVersion!.ToString(3));
        Assert.AreEqual(1, _board.BootCount);

        await AnnounceAsync(Good().ToBytes()).ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.VersionOf("b") == "1.1.0", "the board takes the good one").ConfigureAwait(false);
    }

    [TestMethod]
    [DataRow("403", ReasonCodes.DownloadForbidden)]
    [DataRow("404", ReasonCodes.DownloadNotFound)]
    [DataRow("redirect", ReasonCodes.DownloadServerError)]
    [DataRow("short", ReasonCodes.DownloadWrongLength)]
    [DataRow("long", ReasonCodes.DownloadWrongLength)]
    [DataRow("bytes", ReasonCodes.DownloadWrongBytes)]
    public async Task A_bad_server_is_tried_a_bounded_number_of_times_and_then_the_update_fails_with_its_reason(string what, string reason)
    {
        int requests = 0;
        WebApplication server = await StartServerAsync(async context =>
        {
            Interlocked.Increment(ref requests);
            await AnswerBadlyAsync(context, what).ConfigureAwait(false);
        }).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            string address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
            Announcement announcement = Good();
            announcement.Url = address + "/f";
            await AnnounceAsync(announcement.ToBytes()).ConfigureAwait(false);

            await Wait.UntilAsync(() => HasReported("failed", reason), "failed with " + reason).ConfigureAwait(false);
            Assert.IsLessThanOrEqualTo(12, requests);
            Assert.AreEqual("1.0.0", _board.ImageVersion!.ToString(3));
            Assert.AreEqual(1, _board.BootCount);
        }
    }

    [TestMethod]
    [DataRow("500")]
    [DataRow("cut")]
    [DataRow("hang")]
    [DataRow("stall")]
    public async Task A_server_that_is_down_at_first_only_delays_the_update(string what)
    {
        byte[] file = await File.ReadAllBytesAsync(Path.Combine(_service.Folder, "firmware", _artifact.File)).ConfigureAwait(false);
        int requests = 0;
        WebApplication server = await StartServerAsync(async context =>
        {
            if (Interlocked.Increment(ref requests) <= 3)
            {
                await AnswerBadlyAsync(context, what).ConfigureAwait(false);
                return;
            }

            (int from, int to) = Range(context);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{file.Length}";
            context.Response.ContentLength = to - from + 1;
            await context.Response.Body.WriteAsync(file.AsMemory(from, to - from + 1)).ConfigureAwait(false);
        }).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            Announcement announcement = Good();
            announcement.Url = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/f";
            await AnnounceAsync(announcement.ToBytes()).ConfigureAwait(false);

            await Wait.UntilAsync(() => _service.VersionOf("b") == "1.1.0", "the board is updated").ConfigureAwait(false);
            Assert.IsGreaterThan(3, requests);
        }
    }

    [TestMethod]
    public async Task A_server_that_fails_now_and_then_only_delays_the_update()
    {
        byte[] file = await File.ReadAllBytesAsync(Path.Combine(_service.Folder, "firmware", _artifact.File)).ConfigureAwait(false);
        int requests = 0;
        WebApplication server = await StartServerAsync(async context =>
        {
            int number = Interlocked.Increment(ref requests);
            if (number % 2 == 1)
            {
                context.Response.StatusCode = 503;
                context.Response.Headers.RetryAfter = "0";
                return;
            }

            (int from, int to) = Range(context);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{file.Length}";
            context.Response.ContentLength = to - from + 1;

            // Each answer stalls after 20,000 bytes: the board gives it up and goes on from there.
            int length = Math.Min(20_000, to - from + 1);
            await context.Response.Body.WriteAsync(file.AsMemory(from, length)).ConfigureAwait(false);
            await context.Response.Body.FlushAsync().ConfigureAwait(false);
            if (length < to - from + 1)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            Announcement announcement = Good();
            announcement.Url = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/f";
            await AnnounceAsync(announcement.ToBytes()).ConfigureAwait(false);

            await Wait.UntilAsync(() => _service.VersionOf("b") == "1.1.0", "the board is updated").ConfigureAwait(false);

            // What was written is not fetched again: the whole image, and at most a sector and the list a break more.
            Assert.IsLessThan(file.Length + (requests * 3L * 4096), _board.Traffic.BytesDownloaded);
        }
    }

    private static (int From, int To) Range(HttpContext context)
    {
        string[] parts = context.Request.Headers.Range.ToString().Replace("bytes=", string.Empty, StringComparison.Ordinal).Split('-');
        return (int.Parse(parts[0], null), int.Parse(parts[1], null));
    }

    private static async Task AnswerBadlyAsync(HttpContext context, string what)
    {
        (int from, int to) = Range(context);
        HttpResponse response = context.Response;
        int length = to - from + 1;
        response.StatusCode = int.TryParse(what, out int status) ? status : what == "redirect" ? 302 : 206;
        if (response.StatusCode != 206)
        {
            response.Headers.Location = "/elsewhere";
            return;
        }

        response.Headers.ContentRange = $"bytes {from}-{to}/{(what == "long" ? to + 100_001 : to + 1)}";
        response.ContentLength = what == "short" ? length - 1 : length;
        switch (what)
        {
            case "hang":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "stall":
                await response.Body.WriteAsync(new byte[10]).ConfigureAwait(false);
                await response.Body.FlushAsync().ConfigureAwait(false);
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "cut":
                await response.Body.WriteAsync(new byte[10]).ConfigureAwait(false);
                await response.Body.FlushAsync().ConfigureAwait(false);
                context.Abort();
                break;
            default:
                await response.Body.WriteAsync(new byte[(int)response.ContentLength!]).ConfigureAwait(false);
                break;
        }
    }

    private static async Task<WebApplication> StartServerAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication server = builder.Build();
        server.Run(answer);
        await server.StartAsync().ConfigureAwait(false);
        return server;
    }

    private Announcement Good() => new()
    {
        Campaign = "by-hand",
        Revision = 10,
        Manifest = _artifact.ManifestBytes,
        Signature = _artifact.Signature,
        KeyId = _artifact.KeyId,
        Url = _service.Cloud.Firmware.CreateUrl(_artifact).Url,
        Permyriad = 10000,
        Salt = "s",
    };

    private byte[] Bad(string what)
    {
        Announcement announcement = Good();
        announcement.Revision = 5;
        announcement.Campaign = what is "signature" or "manifest" or "key" ? "by-hand" : "bad";
        switch (what)
        {
            case "signature":
                announcement.Signature = (byte[])announcement.Signature.Clone();
                announcement.Signature[7] ^= 1;
                break;
            case "manifest":
                announcement.Manifest = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(announcement.Manifest).Replace("\"1.1.0\"", "\"1.1.1\"", StringComparison.Ordinal));
                break;
            case "key":
                announcement.KeyId = "0000";
                break;
            case "v":
                return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(announcement.ToBytes()).Replace("{\"v\":1", "{\"v\":7", StringComparison.Ordinal));
            case "profile":
                Resign(announcement, "ESP32_S3", "ESP32_C9");
                break;
            case "component":
                Resign(announcement, "\"component\":\"app\"", "\"component\":\"clr\"");
                break;
            case "lower":
                Resign(announcement, "\"version\":\"1.1.0\"", "\"version\":\"0.9.0\"");
                break;
            case "kind":
                Resign(announcement, "\"mcuboot\"", "\"bundle\"");
                break;
            case "requires":
                Resign(announcement, "\"requires\":{}", "\"requires\":{\"minClr\":\"9.0.0\"}");
                break;
            case "malformed":
                return announcement.ToBytes()[..^5];
            case "large":
                return Encoding.UTF8.GetBytes("{\"v\":1,\"x\":\"" + new string('x', 200 * 1024) + "\"}");
            default:
                return RandomNumberGenerator.GetBytes(500);
        }

        return announcement.ToBytes();
    }

    private void Resign(Announcement announcement, string what, string with)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(_service.Folder, "firmware.key")));
        string manifest = Encoding.UTF8.GetString(announcement.Manifest);
        Assert.Contains(what, manifest);
        announcement.Manifest = Encoding.UTF8.GetBytes(manifest.Replace(what, with, StringComparison.Ordinal));
        announcement.Signature = key.SignData(announcement.Manifest, HashAlgorithmName.SHA256);
    }

    /// <summary>What the board says. The service does not keep it: no campaign of its own is announced here.</summary>
    private async Task ReadReportsAsync()
    {
        await foreach ((_, ReadOnlyMemory<byte> report, _) in _service.Cloud.QueryAsync("SELECT * FROM 'nanoiot/things/b/ota/progress'", _end.Token).ConfigureAwait(false))
        {
            _reports.Enqueue(JsonNode.Parse(report.Span)!);
        }
    }

    private bool HasReported(string state, string reason) =>
        _reports.Any(report => report["state"]?.GetValue<string>() == state && report["reason"]?.GetValue<string>() == reason);

    private Task AnnounceAsync(byte[] payload) => _service.Bus.PublishAsync(new BusMessage(Topics.OtaThing("b", "app"), payload, 1, true));
}
