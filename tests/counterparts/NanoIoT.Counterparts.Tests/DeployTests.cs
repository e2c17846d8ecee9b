using System.Text.Json.Nodes;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>What <c>cloud/deploy</c> has, read by programs of those who take it; the template for AWS has tests of its own.</summary>
[TestClass]
public sealed class DeployTests
{
    private static readonly string s_deploy = Path.Combine(Repository.Root, "cloud", "deploy");
    private static readonly string s_servers = Path.Combine(Repository.Root, "tests", "counterparts", "servers");
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-deploy-").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("kubernetes", "kubernetes/nanoiot.yaml", "replicas: 1", "replicas: one")]
    [DataRow("kubernetes", "kubernetes/nanoiot.yaml", "containerPort: 8883", "containerPort: mqtt")]
    [DataRow("kubernetes", "kubernetes/aws-iot.yaml", "replicas: 3", "replicas: three")]
    [DataRow("kubernetes", "kubernetes/aws-iot.yaml", "maxSkew: 1", "maxSkew: one")]
    [DataRow("compose", "docker/compose.yaml", "restart: unless-stopped", "restart: [1]")]
    public async Task A_manifest_is_of_its_format_and_a_broken_one_is_not(string kind, string path, string right, string wrong)
    {
        string file = Path.Combine(s_deploy, path);
        string broken = Path.Combine(_folder, "broken.yaml");
        string text = await File.ReadAllTextAsync(file).ConfigureAwait(false);
        Assert.Contains(right, text);
        await File.WriteAllTextAsync(broken, text.Replace(right, wrong, StringComparison.Ordinal)).ConfigureAwait(false);

        (int exitCode, _, string errors) = await ValidateAsync(kind, file).ConfigureAwait(false);
        (int refused, _, string why) = await ValidateAsync(kind, broken).ConfigureAwait(false);

        Assert.AreEqual(0, exitCode, errors);
        Assert.AreNotEqual(0, refused);
        Assert.Contains(right.Split(':')[0] + " must be", why);
    }

    [TestMethod]
    public async Task The_Dockerfile_gives_its_linter_nothing_to_say_and_does_not_run_as_root()
    {
        string file = Path.Combine(s_deploy, "docker", "Dockerfile");

        (_, string output, string errors) = await Programs.RunAsync("node", [Path.Combine(s_servers, "node_modules", "dockerfilelint", "bin", "dockerfilelint"), "-o", "json", file]).ConfigureAwait(false);

        Assert.AreEqual(0, JsonNode.Parse(output)!["totalIssues"]!.GetValue<int>(), output + errors);
        string text = await File.ReadAllTextAsync(file).ConfigureAwait(false);
        Assert.Contains("chiselled", text);
        Assert.Contains("USER $APP_UID", text);
    }

    [TestMethod]
    public async Task The_unit_is_one_that_systemd_takes_and_confines_the_service()
    {
        string unit = Path.Combine(_folder, "nanoiot.service");
        string text = await File.ReadAllTextAsync(Path.Combine(s_deploy, "systemd", "nanoiot.service")).ConfigureAwait(false);

        // The program must be there for systemd to say yes.
        await File.WriteAllTextAsync(unit, text.Replace("/opt/nanoiot/nanoiot", "/bin/true", StringComparison.Ordinal)).ConfigureAwait(false);

        (int exitCode, string output, string errors) = await Programs.RunAsync("systemd-analyze", ["verify", unit]).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, output + errors);
        Assert.AreEqual(string.Empty, output + errors);
        (int exposed, string security, string why) = await Programs.RunAsync("systemd-analyze", ["security", "--offline=true", "--threshold=20", unit]).ConfigureAwait(false);
        Assert.AreEqual(0, exposed, security + why);
    }

    [TestMethod]
    public async Task Every_command_that_is_started_there_is_one_the_service_takes()
    {
        string[] files = ["docker/Dockerfile", "docker/compose.yaml", "systemd/nanoiot.service", "kubernetes/nanoiot.yaml", "kubernetes/aws-iot.yaml"];
        (_, string help, _) = await NanoIoTProcess.RunAsync("serve", "--help").ConfigureAwait(false);
        foreach (string file in files)
        {
            string text = await File.ReadAllTextAsync(Path.Combine(s_deploy, file)).ConfigureAwait(false);
            string command = text.Split('\n').Last(line => line.Contains("serve", StringComparison.Ordinal) && line.Contains("--data", StringComparison.Ordinal));
            foreach (string option in System.Text.RegularExpressions.Regex.Matches(command, "--[a-z-]+").Select(match => match.Value))
            {
                Assert.Contains(option + " ", help, $"{file}: {option}");
            }
        }
    }

    private static Task<(int ExitCode, string Output, string Errors)> ValidateAsync(string kind, string file) => Programs.RunAsync("node", [Path.Combine(s_servers, "validate.js"), kind, file]);
}
