using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Emulator.Light;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>The rules that the documents show, as they stand there, on what a board's binary really sends.</summary>
[TestClass]
public sealed class ReadmeRulesTests
{
    private const int BatchReadings = 32;

    [TestMethod]
    [DataRow("README.md")]
    [DataRow("cloud/NanoIoT.Cloud/Rules/README.md")]
    public async Task Rules_of_the_documents_fire_on_a_boards_telemetry(string document)
    {
        string[][] commands = [.. Commands(document).Where(words => words[0] is "rule" or "tail")];
        string[][] rules = [.. commands.Where(words => words is ["rule", "create", ..])];
        Assert.IsNotEmpty(rules, "the document shows rules");
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            string[] connection = ["--connect", service.Cloud.Ready.Api, "--token", service.Cloud.Ready.Token!, "--ca", service.Cloud.Ready.Ca];
            foreach (string[] words in commands.Where(words => words is ["rule", "test", ..]))
            {
                string output = await RunAsync([.. words, "--output", "json"]).ConfigureAwait(false);
                Assert.IsNotNull(JsonNode.Parse(output.Split('\n')[^1])!["result"], string.Join(' ', words));
            }

            foreach (string[] words in rules)
            {
                await RunAsync([.. WithoutData(words), .. connection]).ConfigureAwait(false);
            }

            using NanoIoTProcess tail = NanoIoTProcess.Start([.. WithoutData(commands.Single(words => words[0] == "tail")), .. connection]);
            using var api = new ServiceClient(service.Cloud.Ready);
            LightFleet fleet = await LightFleet.CreateAsync(api, 1, "2.0.0").ConfigureAwait(false);
            await using (fleet.ConfigureAwait(false))
            {
                LightBoard board = fleet.Boards[0];
                board.PowerOn();
                await Wait.UntilAsync(() => board.IsReady, "the board connects").ConfigureAwait(false);

                // The alarm is the same whenever the query begins: hot readings are sent until it is seen.
                int batches = 0;
                await Wait.UntilAsync(
                    () =>
                    {
                        Send(board, hot: 59.5 + (++batches % 2 * 2));
                        return tail.Output.Contains("61.5", StringComparison.Ordinal);
                    },
                    "the rule fires",
                    () => tail.Output + tail.Errors).ConfigureAwait(false);

                string[] alarms = [.. tail.Output.Split('\n').Where(line => line.Contains('{', StringComparison.Ordinal))];
                foreach (string alarm in alarms)
                {
                    JsonNode result = JsonNode.Parse(alarm[alarm.IndexOf('{', StringComparison.Ordinal)..])!;
                    Assert.AreEqual("board-00000", result["thing"]!.GetValue<string>());
                    JsonNode reading = result["hot"]!.AsArray().Single()!;
                    Assert.AreEqual(61.5, reading["temperature"]!.GetValue<double>(), "only what is hot");
                    Assert.IsGreaterThan(1_700_000_000, reading["ts"]!.GetValue<long>());
                }

                if (rules.Any(words => words[2] == "keep"))
                {
                    string exports = Path.Combine(service.Folder, "exports");
                    await Wait.UntilAsync(() => Archived(exports).Contains("\"temperature\":61.5", StringComparison.Ordinal), "the batch is archived").ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>A full batch, which is sent at once; what may be hot is in its middle, with another value behind.</summary>
    private static void Send(LightBoard board, double hot)
    {
        for (int i = 0; i < BatchReadings - 1; i++)
        {
            board.AddReading("temperature", i == BatchReadings / 2 ? hot : 20);
        }

        board.AddReading("humidity", 70);
    }

    private static string Archived(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return string.Empty;
        }

        var text = new StringBuilder();
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            text.Append(reader.ReadToEnd());
        }

        return text.ToString();
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync(arguments).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, string.Join(' ', arguments) + "\n" + errors);
        return output;
    }

    private static string[] WithoutData(string[] words)
    {
        int data = Array.IndexOf(words, "--data");
        return data < 0 ? words : [.. words[..data], .. words[(data + 2)..]];
    }

    /// <summary>The <c>nanoiot</c> commands of a document's code blocks, in words as a shell makes them.</summary>
    private static IEnumerable<string[]> Commands(string document)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, document));
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("    nanoiot ", StringComparison.Ordinal))
            {
                continue;
            }

            string command = lines[i].Trim();
            while (Split(command) is null || command.EndsWith('\\'))
            {
                command = command.TrimEnd('\\') + " " + lines[++i].Trim();
            }

            yield return Split(command)![1..];
        }
    }

    /// <summary>A command's words; null where a quote is not closed.</summary>
    private static string[]? Split(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char quote = '\0';
        foreach (char c in command + " ")
        {
            if (c == quote)
            {
                quote = '\0';
            }
            else if (quote != '\0')
            {
                word.Append(c);
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c != ' ')
            {
                word.Append(c);
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        return quote == '\0' ? [.. words] : null;
    }
}
