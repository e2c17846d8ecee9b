using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Campaigns.Plans;

namespace NanoIoT.Cli.Commands;

/// <summary>The options that make a campaign's plan, or the file that has one.</summary>
internal sealed class PlanOptions
{
    public const string Help =
        """
        A stage is AUDIENCE:PERCENT[:SUCCESS[:BAKE]][,OPTION…]: who (a group, @REGION, GROUP@REGION, all, things=NAME+NAME),
        how many percent of them, the percent that must succeed before the next stage (100), and the seconds between (0).
        Options of a stage: count=N (so many boards instead of a percentage), approval (somebody must approve it), max=N
        (boards a minute), and with it base=N, factor=F and admitted=N or succeeded=N (the rate begins at base and is
        multiplied by factor each time N more boards were admitted, or succeeded). Queries, and everything else, in a file.
        """;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly Option<string?> _file = new("--file") { Description = "read the plan from a JSON file, in the format of campaign.request in the JSON of nanoiot campaign show; --id, --component, --version, --accept-no-trial, --accept-unready and --allow-empty override the file" };
    private readonly Option<string?> _id = new("--id") { Description = "its id (default: one of the service's choosing)" };
    private readonly Option<string?> _component = new("--component") { Description = "the component to update (default: app)" };
    private readonly Option<string?> _version = new("--version") { Description = "the published version to bring" };
    private readonly Option<string[]> _stages = new("--stage") { Description = "a stage; may be given again, in order" };
    private readonly Option<string[]> _abort = new("--abort") { Description = "OUTCOME:PERCENT:MINIMUM: abort when so many percent of at least so many boards that are done are failed, rolledBack, rejected, timedOut, or any of these (default any:20:5); may be given again" };
    private readonly Option<int> _downloadSlots = new("--download-slots") { Description = "boards that may download at a time, on average: the announcement's spread becomes wide enough" };
    private readonly Option<int> _spread = new("--spread") { Description = "seconds over which boards spread their start" };
    private readonly Option<string[]> _timeouts = new("--timeout") { Description = "STATE=SECONDS for pending, accepted, downloading, staged or testing: a board that stays in the state for longer counts as timedOut; STATE=never for no limit (defaults: staged=86400, testing=3600; no limit for the others); may be given again" };
    private readonly Option<DateTimeOffset?> _start = new("--start") { Description = "earliest start, e.g. 2026-12-01T02:00Z" };
    private readonly Option<DateTimeOffset?> _end = new("--end") { Description = "its end: boards that have not begun by then never do" };
    private readonly Option<bool> _endCancels = new("--end-cancels") { Description = "at its end, boards that are under way and have not staged the image give up too" };
    private readonly Option<string?> _window = new("--window") { Description = "HH:mm+MINUTES[@DAY,DAY…]: when boards may start, by their own time zone (attribute timeZone), e.g. 02:00+180@sat,sun" };
    private readonly Option<string[]> _after = new("--after") { Description = "a campaign that must complete first" };
    private readonly Option<string?> _rollback = new("--rollback") { Description = "where it aborts, bring boards that run it back to this published version, or to the previous one" };
    private readonly Option<string?> _replaces = new("--replaces") { Description = "bring a lower version, to boards that run this one" };
    private readonly Option<bool> _snapshot = new("--snapshot") { Description = "plan and count only the boards that are registered now; a board that is registered while the campaign runs can update too, but none after its end" };
    private readonly Option<bool> _acceptNoTrial = new("--accept-no-trial") { Description = "accept that boards cannot go back by themselves (the nanoCLR, overwrite-only slots)" };
    private readonly Option<bool> _acceptUnready = new("--accept-unready") { Description = "create the campaign although some of its boards will refuse the image, because their nanoCLR is too old, the image is not made for their profile, or they run a higher version" };
    private readonly Option<bool> _allowEmpty = new("--allow-empty") { Description = "create the campaign although its audience has no things yet" };
    private readonly Option<int?> _speed = new("--bytes-per-second") { Description = "how fast a board downloads, for what a plan says of the time (32768)" };

    private Option[] All =>
    [
        _file, _id, _component, _version, _stages, _abort, _spread, _downloadSlots, _timeouts, _start, _end, _endCancels, _window, _after, _rollback, _replaces, _snapshot, _acceptNoTrial, _acceptUnready, _allowEmpty, _speed,
    ];

    public void AddTo(Command command)
    {
        _stages.Parses(text => ParseStage(text));
        _abort.Parses(text => ParseAbort(text));
        _timeouts.Parses(text => ParseTimeouts([text]));
        _window.Parses(text => ParseWindow(text));
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The plan.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="otherwise">The version where none is given; null where one must be.</param>
    public CampaignRequest Read(ParseResult parsed, string? otherwise = null)
    {
        string? version = parsed.GetValue(_version) ?? otherwise;
        if (parsed.GetValue(_file) is string file)
        {
            return ReadFile(file, parsed, otherwise);
        }

        string[] stages = parsed.GetValue(_stages) ?? [];
        if (version is null || stages.Length == 0)
        {
            throw Usage("--version and --stage are required, or --file.");
        }

        string[] abort = parsed.GetValue(_abort) ?? [];
        return new CampaignRequest
        {
            Id = parsed.GetValue(_id),
            Component = parsed.GetValue(_component) ?? "app",
            Version = version,
            Stages = [.. stages.Select(ParseStage)],
            Abort = abort.Length == 0 ? [new AbortCriterion()] : [.. abort.Select(ParseAbort)],
            SpreadSeconds = parsed.GetValue(_spread),
            DownloadSlots = parsed.GetValue(_downloadSlots),
            Timeouts = ParseTimeouts(parsed.GetValue(_timeouts) ?? []),
            Start = parsed.GetValue(_start)?.ToUnixTimeSeconds(),
            End = parsed.GetValue(_end)?.ToUnixTimeSeconds(),
            EndBehavior = parsed.GetValue(_endCancels) ? "cancel" : "stop",
            Window = parsed.GetValue(_window) is string window ? ParseWindow(window) : null,
            After = parsed.GetValue(_after) ?? [],
            Rollback = parsed.GetValue(_rollback),
            Replaces = parsed.GetValue(_replaces),
            LateJoiners = !parsed.GetValue(_snapshot),
            AcceptNoTrial = parsed.GetValue(_acceptNoTrial),
            AcceptUnready = parsed.GetValue(_acceptUnready),
            AllowEmpty = parsed.GetValue(_allowEmpty),
            AssumedBytesPerSecond = parsed.GetValue(_speed) ?? 32768,
        };
    }

    internal static CampaignStage ParseStage(string text)
    {
        CliException malformed = Usage($"--stage: '{text}' is not valid. Use AUDIENCE:PERCENT[:SUCCESS[:BAKE]][,OPTION…].");
        string[] options = text.Split(',');
        string[] parts = options[0].Split(':');
        if (parts.Length > 4 || parts[0].Length == 0 || !parts[1..].All(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            throw malformed;
        }

        int Number(int index, int otherwise) => parts.Length > index ? int.Parse(parts[index], CultureInfo.InvariantCulture) : otherwise;
        int at = parts[0].IndexOf('@', StringComparison.Ordinal);
        string group = at < 0 ? parts[0] : parts[0][..at];
        bool isList = group.StartsWith("things=", StringComparison.Ordinal);
        var stage = new CampaignStage
        {
            Group = group is "" or "all" || isList ? null : group,
            Region = at < 0 ? null : parts[0][(at + 1)..],
            Things = isList ? group["things=".Length..].Split('+') : null,
            Percent = Number(1, 100),
            SuccessPercent = Number(2, 100),
            BakeSeconds = Number(3, 0),
        };
        bool hasCount = options.Skip(1).Any(option => option.StartsWith("count=", StringComparison.Ordinal));
        if (parts.Length == 1 && !isList && !hasCount)
        {
            throw malformed;
        }

        foreach (string option in options.Skip(1))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string value = equals < 0 ? string.Empty : option[(equals + 1)..];
            Pace pace = stage.Pace ?? new Pace { MaximumPerMinute = 1_000_000 };
            int number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) ? parsed : -1;
            stage = (equals < 0 ? option : option[..equals]) switch
            {
                "approval" when equals < 0 => stage with { Approval = true },
                "count" when number > 0 => stage with { Count = number },
                "max" when number > 0 => stage with { Pace = pace with { MaximumPerMinute = number } },
                "base" when number > 0 => stage with { Pace = pace with { BaseRatePerMinute = number } },
                "admitted" when number > 0 => stage with { Pace = pace with { NotifiedThings = number } },
                "succeeded" when number > 0 => stage with { Pace = pace with { SucceededThings = number } },
                "factor" when double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double factor) => stage with { Pace = pace with { IncrementFactor = factor } },
                _ => throw Usage($"--stage: option '{option}' is not valid. Allowed are count=N, approval, max=N, base=N, factor=F, admitted=N and succeeded=N."),
            };
        }

        return stage;
    }

    private static CliException Usage(string message) => CliException.Usage(message);

    /// <summary>The plan in a file; options of the command line override it.</summary>
    private CampaignRequest ReadFile(string file, ParseResult parsed, string? otherwise)
    {
        Option[] allowed = [_file, _id, _component, _version, _acceptNoTrial, _acceptUnready, _allowEmpty];
        if (All.Except(allowed).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is Option other)
        {
            throw Usage($"{other.Name} cannot be given with --file; write it in the file. With --file, only these options are allowed: {string.Join(", ", allowed.Skip(1).Select(option => option.Name))}.");
        }

        try
        {
            JsonNode? content = JsonNode.Parse(CommandFiles.ReadText(file), null, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (content is not JsonObject plan)
            {
                throw CliException.InvalidInput($"--file: '{file}' must contain a JSON object with a plan.");
            }

            Set(plan, "id", parsed.GetValue(_id));
            Set(plan, "component", parsed.GetValue(_component) ?? (plan.ContainsKey("component") ? null : "app"));
            Set(plan, "version", parsed.GetValue(_version) ?? (plan.ContainsKey("version") ? null : otherwise));
            if (!plan.ContainsKey("version"))
            {
                throw CliException.InvalidInput($"--file: '{file}' has no version; write one in it, or give --version.");
            }

            CampaignRequest request = plan.Deserialize<CampaignRequest>(s_json)!;
            return request with
            {
                AcceptNoTrial = request.AcceptNoTrial || parsed.GetValue(_acceptNoTrial),
                AcceptUnready = request.AcceptUnready || parsed.GetValue(_acceptUnready),
                AllowEmpty = request.AllowEmpty || parsed.GetValue(_allowEmpty),
            };
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw CliException.InvalidInput($"--file: '{file}' is not a valid plan: {exception.Message}", exception);
        }
    }

    private static void Set(JsonObject plan, string name, string? value)
    {
        if (value is not null)
        {
            plan[name] = value;
        }
    }

    private static AbortCriterion ParseAbort(string text)
    {
        string[] parts = text.Split(':');
        return parts.Length == 3 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int percent) && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int minimum)
            ? new AbortCriterion { Outcome = parts[0], Percent = percent, Minimum = minimum }
            : throw Usage($"--abort: '{text}' is not valid. Use OUTCOME:PERCENT:MINIMUM.");
    }

    private static CampaignTimeouts ParseTimeouts(string[] texts)
    {
        var timeouts = new CampaignTimeouts();
        foreach (string text in texts)
        {
            string[] parts = text.Split('=');
            int number = 0;
            bool isNever = parts.Length == 2 && parts[1] == "never";
            if (!isNever && (parts.Length != 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number)))
            {
                throw Usage($"--timeout: '{text}' is not valid. Use STATE=SECONDS or STATE=never.");
            }

            int? seconds = isNever ? null : number;
            timeouts = parts[0] switch
            {
                "pending" => timeouts with { Pending = seconds },
                "accepted" => timeouts with { Accepted = seconds },
                "downloading" => timeouts with { Downloading = seconds },
                "staged" => timeouts with { Staged = seconds },
                "testing" => timeouts with { Testing = seconds },
                _ => throw Usage($"--timeout: '{parts[0]}' is not a state with a timeout; allowed are pending, accepted, downloading, staged and testing."),
            };
        }

        return timeouts;
    }

    private static MaintenanceWindow ParseWindow(string text)
    {
        int plus = text.IndexOf('+', StringComparison.Ordinal);
        int at = text.IndexOf('@', StringComparison.Ordinal);
        string minutes = plus < 0 ? string.Empty : text[(plus + 1)..(at < plus ? text.Length : at)];
        return int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? new MaintenanceWindow { Start = text[..plus], Minutes = number, Days = at < 0 ? [] : text[(at + 1)..].Split(',') }
            : throw Usage($"--window: '{text}' is not valid. Use HH:mm+MINUTES[@DAY,DAY…].");
    }
}
