using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>
/// A canary first, then everybody, as <c>nanoiot campaign create</c> makes it: the plan names the boards of each stage, and exactly those
/// update in it. The command is a process; boards run the device binary over real connections.
/// </summary>
[TestClass]
public sealed class RolloutTests
{
    private const int Boards = 8;
    private const string Version = "2.0.0";

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-rollout-").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("field:30", "all:100")]
    [DataRow("@eu:30", "all:100")]
    [DataRow("all:30", "field@eu:100")]
    public async Task A_canary_and_then_everybody(string canary, string rest)
    {
        (NanoIoTProcess process, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(Path.Combine(_folder, "service")).ConfigureAwait(false);
        using (process)
        {
            using ServiceClient api = new(ready);
            await RolloutAsync(process, api, api, [canary, rest]).ConfigureAwait(false);
        }
    }

    [TestMethod]
    [DataRow("field:30", "all:100")]
    [DataRow("@eu:30", "all:100")]
    public async Task A_canary_and_then_everybody_over_AWS_IoT(string canary, string rest)
    {
        (NanoIoTProcess aws, ReadyInfo awsReady) = await NanoIoTProcess.ServeAsync(Path.Combine(_folder, "aws")).ConfigureAwait(false);
        using (aws)
        {
            using ServiceClient awsApi = new(awsReady);
            var environment = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = awsReady.AccessKeyId!, ["AWS_SECRET_ACCESS_KEY"] = awsReady.SecretAccessKey! };
            (NanoIoTProcess process, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(
                Path.Combine(_folder, "service"),
                environment: environment,
                more: ["--aws-iot", "--aws-endpoint", "iot=" + awsReady.Api, "--broker-ca", awsReady.Ca, "--broker-boards", awsReady.Mqtt, "--aws-iot-poll", "1"]).ConfigureAwait(false);
            using (process)
            {
                using ServiceClient api = new(ready);
                await RolloutAsync(process, awsApi, api, [canary, rest]).ConfigureAwait(false);
            }
        }
    }

    /// <param name="service">The service.</param>
    /// <param name="things">Where things are registered.</param>
    /// <param name="campaigns">Where campaigns are.</param>
    /// <param name="stages">The stages.</param>
    private async Task RolloutAsync(NanoIoTProcess service, ServiceClient things, ServiceClient campaigns, string[] stages)
    {
        LightFleet fleet = await LightFleet.CreateAsync(things, Boards, Version, campaigns: campaigns, place: i => (i % 4 == 0 ? "lab" : "field", i < 2 ? "us" : "eu")).ConfigureAwait(false);
        await using (fleet.ConfigureAwait(false))
        {
            await fleet.PowerOnAsync(Wait.Limit).ConfigureAwait(false);
            await Wait.UntilAsync(
                async () => (await campaigns.GetAsync("nanoiot/things").ConfigureAwait(false))["things"]!.AsArray().Count(thing => thing!["connected"]!.GetValue<bool>()) == Boards,
                "the service knows the boards",
                () => service.Errors).ConfigureAwait(false);
            string[] plan = ["--id", "c", "--version", Version, .. stages.SelectMany(stage => new[] { "--stage", stage })];
            JsonNode planned = await RunAsync(["campaign", "plan", .. plan]).ConfigureAwait(false);
            await RunAsync(["campaign", "create", .. plan]).ConfigureAwait(false);

            JsonNode? view = null;
            await Wait.UntilAsync(
                async () => (view = await campaigns.GetAsync("nanoiot/campaigns/c").ConfigureAwait(false))["campaign"]!["status"]!.GetValue<string>() == "completed",
                "the campaign completes",
                () => $"{view?["waiting"]}\n{service.Errors}").ConfigureAwait(false);

            int[] promised = [.. planned["stages"]!.AsArray().Select(stage => stage!["boards"]!.GetValue<int>())];
            int[] taken = [.. view!["stages"]!.AsArray().Select(stage => stage!["counts"]!["succeeded"]?.GetValue<int>() ?? 0)];
            CollectionAssert.AreEqual(promised, taken, view.ToJsonString());
            Assert.AreEqual(promised.Sum(), fleet.Boards.Count(board => board.RunningVersion == Version));
            Assert.IsTrue(promised.All(boards => boards > 0), "each stage has boards: " + string.Join(", ", promised));
        }
    }

    private async Task<JsonNode> RunAsync(string[] arguments)
    {
        (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync([.. arguments, "--data", Path.Combine(_folder, "service"), "--output", "json"]).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, string.Join(' ', arguments) + "\n" + errors);
        return JsonNode.Parse(output.Split('\n')[^1])!;
    }
}
