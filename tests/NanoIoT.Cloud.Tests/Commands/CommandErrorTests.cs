using System.CommandLine;
using System.Security.Cryptography;
using NanoIoT.Cli;
using NanoIoT.Cli.Commands;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Commands;

/// <summary>
/// What commands say of wrong calls: one line with a stable code, never a stack trace; and the exit codes, as <c>cloud/README.md</c>
/// documents them.
/// </summary>
[TestClass]
public sealed class CommandErrorTests
{
    private static string s_folder = string.Empty;
    private static TestService s_service = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        s_folder = Directory.CreateTempSubdirectory("nanoiot-errors-").FullName;
        await File.WriteAllTextAsync(At("text"), "garbage").ConfigureAwait(false);
        await File.WriteAllTextAsync(At("plan.json"), """{"version":""").ConfigureAwait(false);
        await File.WriteAllTextAsync(At("list.json"), "[]").ConfigureAwait(false);
        await File.WriteAllTextAsync(At("empty"), string.Empty).ConfigureAwait(false);
        await File.WriteAllBytesAsync(At("bytes"), RandomNumberGenerator.GetBytes(300)).ConfigureAwait(false);
        Directory.CreateDirectory(At("dir"));
        await WriteServiceFileAsync("null-service", "null").ConfigureAwait(false);
        await WriteServiceFileAsync("empty-service", "{}").ConfigureAwait(false);
        s_service = await TestService.StartAsync().ConfigureAwait(false);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await s_service.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(s_folder, recursive: true);
    }

    [TestMethod]

    // The command line alone is wrong.
    [DataRow(ExitCodes.Usage, "Usage", "thing list --nonsense")]
    [DataRow(ExitCodes.Usage, "Usage", "thing show ''")]
    [DataRow(ExitCodes.Usage, "Usage", "serve --region ''")]
    [DataRow(ExitCodes.Usage, "Usage", "thing list --url ''")]
    [DataRow(ExitCodes.Usage, "Usage", "thing list --output xml")]
    [DataRow(ExitCodes.Usage, "Usage", "thing set x --attribute x")]
    [DataRow(ExitCodes.Usage, "Usage", "thing set x --attribute a=1 --attribute a=2")]
    [DataRow(ExitCodes.Usage, "Usage", "thing list --url http://x")]
    [DataRow(ExitCodes.Usage, "BadToken", "thing list --token 'a b'")]
    [DataRow(ExitCodes.Usage, "NoToken", "thing list --url https://localhost:1")]
    [DataRow(ExitCodes.Usage, "Usage", "rule create r --sql x --action {")]
    [DataRow(ExitCodes.Usage, "Usage", "rule create r --sql x --action []")]
    [DataRow(ExitCodes.Usage, "Usage", "rule create r --sql x --action @")]
    [DataRow(ExitCodes.Usage, "Usage", "rule test --sql x --topic a --sql-version 1")]
    [DataRow(ExitCodes.Usage, "Usage", "rule dead-letters replay")]
    [DataRow(ExitCodes.Usage, "Usage", "campaign create --version 1.0.0 --stage all:x")]
    [DataRow(ExitCodes.Usage, "Usage", "campaign create --version 1.0.0 --stage all:100 --window x")]
    [DataRow(ExitCodes.Usage, "Usage", "campaign create --file plan.json --stage all:100")]
    [DataRow(ExitCodes.Usage, "Usage", "firmware build --kind mcuboot --profile X --version 1.0.0 --key text --out o text")]
    [DataRow(ExitCodes.Usage, "Usage", "firmware build --kind mcuboot --profile ESP32_S3 --version x --key text --out o text")]
    [DataRow(ExitCodes.Usage, "Usage", "firmware build --kind mcuboot --profile ESP32_S3 --version 1.0.0 --key text --out o")]
    [DataRow(ExitCodes.Usage, "Usage", "serve --tables x_")]
    [DataRow(ExitCodes.Usage, "Usage", "serve --firmware-bucket x")]
    [DataRow(ExitCodes.Usage, "Usage", "serve --aws-iot")]
    [DataRow(ExitCodes.Usage, "Usage", "serve --temp --data dir")]
    [DataRow(ExitCodes.Usage, "Usage", "emulate --profile nope")]

    // The operation failed: files.
    [DataRow(ExitCodes.Failure, "BadCa", "thing list --ca text")]
    [DataRow(ExitCodes.Failure, "BadCa", "thing list --ca dir")]
    [DataRow(ExitCodes.Failure, "BadCa", "thing list --ca missing")]
    [DataRow(ExitCodes.Failure, "BadServiceFile", "thing list --data empty-service")]
    [DataRow(ExitCodes.Failure, "BadServiceFile", "thing list --data null-service")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "thing create x --certs text")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "claim create --certs text")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "rule create r --sql x --action @missing")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "rule create r --sql x --action @dir")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "rule create r --sql x --action @text")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "rule test --sql x --topic a --payload @dir")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "campaign create --file missing")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "campaign create --file dir")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "campaign create --file bytes")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "campaign create --file plan.json")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "campaign create --file list.json")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "firmware publish missing --version 1.0.0 --profile ESP32_S3")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "firmware publish dir --version 1.0.0 --profile ESP32_S3")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "firmware inspect missing")]
    [DataRow(ExitCodes.Failure, "InvalidRequestException", "firmware inspect text")]
    [DataRow(ExitCodes.Failure, "InvalidRequestException", "firmware inspect empty")]
    [DataRow(ExitCodes.Failure, "InvalidRequestException", "firmware verify text --key text")]
    [DataRow(ExitCodes.Failure, "KeysDamaged", "firmware sign text --key text --out o")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "firmware keygen --out dir")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "firmware keygen --out missing/key.pem")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "broker mosquitto --out text --keys dir")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "serve --temp --mqtt 0 --https 0 --ready-file dir")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "serve --temp --mqtt 0 --https 0 --ready-file missing/key.pem")]
    [DataRow(ExitCodes.Failure, "InvalidInput", "migrate --to tables --data missing --tables x_ --aws")]

    // The operation failed: the service refused it.
    [DataRow(ExitCodes.Failure, "ResourceNotFoundException", "thing show nobody")]
    [DataRow(ExitCodes.Failure, "InvalidRequestException", "thing create a/b")]
    [DataRow(ExitCodes.Failure, "SqlParseException", "tail SELECT")]
    [DataRow(ExitCodes.Failure, "SqlParseException", "rule test --sql 'SELECT * FROM' --topic a")]
    [DataRow(ExitCodes.Failure, "UnauthorizedException", "thing list --token wrong")]

    // No service, and a service that cannot start.
    [DataRow(ExitCodes.Unreachable, "NoService", "thing list --data missing")]
    [DataRow(ExitCodes.Unreachable, "NoService", "thing list --url https://localhost:1 --token x")]
    [DataRow(ExitCodes.CannotStart, ErrorCodes.DataNotWritable, "serve --data text --mqtt 0 --https 0")]
    [DataRow(ExitCodes.CannotStart, ErrorCodes.NotFound, "serve --temp --mqtt 0 --https 0 --firmware-key missing")]
    [DataRow(ExitCodes.CannotStart, ErrorCodes.InvalidRequest, "serve --temp --mqtt 0 --https 0 --trusted-image-key text")]
    public async Task A_wrong_call_ends_with_one_line_a_code_and_the_exit_code_of_its_class(int exitCode, string code, string line)
    {
        (int actual, string errors) = await RunAsync(Words(line)).ConfigureAwait(false);

        Assert.AreEqual(exitCode, actual, errors);
        string[] lines = [.. errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(text => !text.StartsWith("See '", StringComparison.Ordinal))];
        Assert.HasCount(1, lines, errors);
        Assert.StartsWith(code + ": ", lines[0]);
    }

    [TestMethod]
    [DataRow("serve", "--region", "")]
    [DataRow("serve", "--region", "Europe (Ireland)")]
    [DataRow("migrate", "--region", "")]
    [DataRow("serve", "--mail-from", "garbage")]
    [DataRow("serve", "--mail-from", "a@b, c@d")]
    [DataRow("serve", "--smtp", "mail.example.com")]
    [DataRow("serve", "--smtp", "smtp://")]
    [DataRow("serve", "--smtp", "smtp://h:99999")]
    [DataRow("serve", "--listen", "localhost:1")]
    [DataRow("serve", "--host", "")]
    [DataRow("serve", "--account", "123")]
    [DataRow("serve", "--mqtt", "-1")]
    [DataRow("serve", "--https", "65536")]
    [DataRow("serve", "--public-api", "http://x")]
    [DataRow("serve", "--public-downloads", "https://x/path")]
    [DataRow("serve", "--public-mqtt", "host")]
    [DataRow("serve", "--broker", "http://x")]
    [DataRow("serve", "--broker", "localhost:8883")]
    [DataRow("serve", "--broker-boards", "host")]
    [DataRow("serve", "--aws-endpoint", "s3")]
    [DataRow("serve", "--aws-endpoint", "s3=garbage")]
    [DataRow("serve", "--aws-endpoint", "nothing=http://x")]
    [DataRow("serve", "--data", "")]
    [DataRow("serve", "--tables", "")]
    [DataRow("serve", "--firmware-key", "")]
    [DataRow("thing list", "--url", "ftp://x")]
    [DataRow("thing list", "--token", "")]
    [DataRow("thing list", "--ca", "")]
    [DataRow("broker mosquitto", "--port", "0")]
    [DataRow("broker mosquitto", "--service-port", "99999")]
    [DataRow("broker mosquitto", "--host", "a b")]
    [DataRow("broker mosquitto", "--listen", "x")]
    [DataRow("claim create", "--days", "0")]
    [DataRow("user token create", "--days", "4000")]
    [DataRow("audit list", "--limit", "0")]
    public void A_value_that_can_never_work_is_a_parse_error(string command, string option, string value)
    {
        ParseResult parsed = NanoIoTCommand.Parse([.. Words(command), option, value]);

        string[] messages = [.. parsed.Errors.Select(error => error.Message).Where(message => message.StartsWith(option, StringComparison.Ordinal))];
        Assert.IsNotEmpty(messages, string.Join('\n', parsed.Errors.Select(error => error.Message)));
    }

    [TestMethod]
    [DataRow("serve --region us-gov-west-1 --mail-from nanoiot@localhost --smtp smtp://u:p@mail:25 --public-mqtt h:1 --public-api https://h")]
    [DataRow("serve --broker wss://x.iot.eu-west-1.amazonaws.com/mqtt --aws-iot --aws-endpoint s3=http://localhost:9000")]
    [DataRow("serve --broker mqtts://localhost --broker-boards localhost:8883 --listen :: --host 127.0.0.1")]
    [DataRow("rule create r --sql x --action @file --description ''")]
    [DataRow("topic publish t --message ''")]
    public void A_value_that_may_work_is_accepted(string line) =>
        Assert.IsEmpty(NanoIoTCommand.Parse(Words(line)).Errors.Select(error => error.Message).ToArray());

    [TestMethod]
    public async Task A_mistyped_command_is_answered_with_suggestions_and_a_missing_one_with_the_help()
    {
        (int mistyped, string errors) = await RunAsync(["serv"]).ConfigureAwait(false);
        using var help = new StringWriter();
        int missing = await NanoIoTCommand.RunAsync(["thing"], new InvocationConfiguration { Error = TextWriter.Null, Output = help }).ConfigureAwait(false);

        Assert.AreEqual((ExitCodes.Usage, ExitCodes.Usage), (mistyped, missing));
        Assert.Contains("serve", errors.Split('\n').Select(line => line.Trim()), errors);
        Assert.Contains("delete", help.ToString());
    }

    [TestMethod]
    public async Task Migrating_without_AWS_credentials_says_so()
    {
        var environment = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = string.Empty,
            ["AWS_SECRET_ACCESS_KEY"] = string.Empty,
            ["AWS_PROFILE"] = string.Empty,
            ["AWS_SHARED_CREDENTIALS_FILE"] = At("missing"),
            ["AWS_CONFIG_FILE"] = At("missing"),
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };

        (int exitCode, _, string errors) = await NanoIoTProcess
            .RunAsync(environment, "migrate", "--to", "folder", "--data", At("new"), "--tables", "x_", "--aws").ConfigureAwait(false);

        Assert.AreEqual(ExitCodes.Failure, exitCode, errors);
        Assert.StartsWith("AwsCredentialsMissing: ", errors);
        Assert.HasCount(1, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), errors);
    }

    private static string At(string name) => Path.Combine(s_folder, name);

    private static async Task WriteServiceFileAsync(string folder, string content)
    {
        Directory.CreateDirectory(At(folder));
        await File.WriteAllTextAsync(Path.Combine(At(folder), "service.json"), content).ConfigureAwait(false);
    }

    /// <summary>The words of a line; files of the test are named whole.</summary>
    private static string[] Words(string line)
    {
        string[] files = ["text", "plan.json", "list.json", "empty", "bytes", "dir", "missing", "missing/key.pem", "null-service", "empty-service", "o"];
        string[] words = [.. line.Split('\'').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return [.. words.Select(word => word.StartsWith('@') && files.Contains(word[1..]) ? "@" + At(word[1..]) : word).Select(word => files.Contains(word) ? At(word) : word)];
    }

    /// <summary>Runs a command in this process, against the service where it takes one and names none.</summary>
    private static async Task<(int ExitCode, string Errors)> RunAsync(string[] words)
    {
        using var errors = new StringWriter();
        var configuration = new InvocationConfiguration { Error = errors, Output = TextWriter.Null };
        bool takesService = NanoIoTCommand.Parse(words).CommandResult.Command.Options.Any(option => option.Name == "--token");
        bool namesService = words.Contains("--data") || words.Contains("--url");
        string[] arguments = takesService && !namesService ? [.. words, "--data", s_service.Folder] : words;
        int exitCode = await NanoIoTCommand.RunAsync(arguments, configuration).ConfigureAwait(false);
        return (exitCode, errors.ToString());
    }
}
