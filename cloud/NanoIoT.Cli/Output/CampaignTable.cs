using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NanoIoT.Cli.Output;

/// <summary>A campaign on a screen of 80 × 24: stages with bars, counts per state, the last events.</summary>
internal static class CampaignTable
{
    private const int BarWidth = 20;
    private const int EventLines = 8;
    private const int LineWidth = 79;
    private static readonly string[] s_order = ["succeeded", "testing", "staged", "downloading", "accepted", "rolledBack", "failed", "rejected", "timedOut", "pending"];

    /// <summary>The whole picture.</summary>
    public static IRenderable Render(JsonNode view)
    {
        JsonNode campaign = view["campaign"]!;
        Table stages = new Table().Border(TableBorder.Simple).AddColumns("stage", "progress", string.Empty, "boards");
        foreach (JsonNode? stage in view["stages"]!.AsArray())
        {
            int targets = stage!["targets"]!.GetValue<int>();
            stages.AddRow(
                Markup.Escape(stage["name"]!.GetValue<string>()),
                Bar(stage["counts"]!.AsObject(), targets),
                stage["state"]!.GetValue<string>(),
                Markup.Escape(Counts(stage["counts"]!.AsObject())));
        }

        var lines = new List<IRenderable>
        {
            new Markup($"[bold]{Markup.Escape(campaign["id"]!.GetValue<string>())}[/]  {Markup.Escape(campaign["request"]!["component"]!.ToString())} {Markup.Escape(campaign["request"]!["version"]!.ToString())}  {Status(campaign)}"),
            stages,
        };
        if ((view["waiting"] ?? campaign["reason"])?.ToString() is string why)
        {
            lines.Add(new Text(Cut(why)));
        }

        lines.AddRange(view["events"]!.AsArray().Take(EventLines).Select(item => new Text(Cut(Event(item!)))));
        return new Rows(lines);
    }

    /// <summary>The stages in one line, for a pipe.</summary>
    public static string Line(JsonNode view) =>
        view["campaign"]!["status"] + ": " + string.Join(" | ", view["stages"]!.AsArray()
            .Where(stage => stage!["state"]!.GetValue<string>() != "waiting")
            .Select(stage => $"{stage!["name"]} {stage["state"]} ({Counts(stage["counts"]!.AsObject())})"));

    /// <summary>One report of a board.</summary>
    public static string Event(JsonNode item)
    {
        string reason = item["reason"]?.ToString() is string code ? $" {code}" : string.Empty;
        string detail = item["detail"]?.ToString() is string text ? $" ({text})" : string.Empty;
        DateTimeOffset received = DateTimeOffset.FromUnixTimeMilliseconds(item["received"]!.GetValue<long>());
        return $"{received:HH:mm:ss} {item["thing"]} {item["from"]} -> {item["to"]} {item["state"]}{reason}{detail}";
    }

    /// <summary>Counts in the order of an update.</summary>
    public static string Counts(JsonObject counts) =>
        string.Join(", ", s_order.Where(counts.ContainsKey).Select(state => $"{counts[state]} {state}"));

    private static string Cut(string line) => line.Length <= LineWidth ? line : line[..(LineWidth - 1)] + "…";

    private static string Status(JsonNode campaign)
    {
        string status = campaign["status"]!.GetValue<string>();
        string color = status switch
        {
            "completed" => "green",
            "aborted" or "canceled" => "red",
            _ => "yellow",
        };
        return $"[{color}]{status}[/]";
    }

    private static string Bar(JsonObject counts, int targets)
    {
        if (targets == 0)
        {
            return "[grey]" + new string('░', BarWidth) + "[/]   - ";
        }

        int Of(params string[] states) => states.Sum(state => counts[state]?.GetValue<int>() ?? 0);
        int good = Of("succeeded") * BarWidth / targets;
        int bad = Of("failed", "rolledBack", "rejected", "timedOut") * BarWidth / targets;
        int busy = Math.Min(BarWidth - good - bad, Of("accepted", "downloading", "staged", "testing") * BarWidth / targets);
        return $"[green]{new string('█', good)}[/][red]{new string('█', bad)}[/][yellow]{new string('▒', busy)}[/][grey]{new string('░', BarWidth - good - bad - busy)}[/] {Of("succeeded") * 100 / targets,3}%";
    }
}
