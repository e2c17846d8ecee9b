using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace NanoIoT.Cli.Output;

/// <summary>A plan on a screen.</summary>
internal static class PlanTable
{
    public static void Write(Report report, JsonNode plan)
    {
        Table stages = new Table().Border(TableBorder.Simple).AddColumns("stage", "gate", "audience", "boards", "run it", "begins", "openings");
        foreach (JsonNode? stage in plan["stages"]!.AsArray())
        {
            stages.AddRow(
                Markup.Escape(stage!["name"]!.ToString()) + (stage["needsApproval"]!.GetValue<bool>() ? " (approval)" : string.Empty),
                $"{stage["permyriad"]!.GetValue<int>() / 100m:0.##} %",
                Count(stage["audience"]),
                Count(stage["boards"]),
                Count(stage["current"]),
                Time(stage["beginsSeconds"]!.GetValue<long>()),
                Count(stage["openings"]));
        }

        JsonNode cost = plan["cost"]!;
        JsonNode dollars = cost["dollars"]!;
        report.Console.MarkupLine($"[bold]{Markup.Escape(plan["id"]!.ToString())}[/]  {Markup.Escape(plan["component"]!.ToString())} {Markup.Escape(plan["version"]!.ToString())}");
        report.Console.Write(stages);
        report.Line($"boards      {Count(plan["boards"])}, of which {Count(plan["current"])} run it already");
        report.Line($"lasts       {Time(plan["seconds"]!.GetValue<long>())} where every board is online and succeeds, without approvals and windows");
        report.Line($"bytes       {Count(cost["bytes"])}");
        report.Line($"messages    {Count(cost["publishes"])} announcements published, {Count(cost["deliveries"])} delivered; {Count(cost["reports"])} reports, {Count(cost["shadowMessages"])} of shadows");
        report.Line($"DynamoDB    {Count(cost["dynamoDbWriteUnits"])} write units, {Count(cost["dynamoDbReadUnits"])} read units a recount");
        report.Line($"S3          {Count(cost["s3Requests"])} GET requests");
        report.Line(string.Create(CultureInfo.InvariantCulture, $"AWS         ${dollars["total"]!.GetValue<decimal>():0.00}: messages {Dollars(dollars, "messages")}, shadows {Dollars(dollars, "shadows")}, rules {Dollars(dollars, "rules")}, DynamoDB {Dollars(dollars, "dynamoDb")}, S3 {Dollars(dollars, "s3")}, transfer {Dollars(dollars, "transfer")}"));
        foreach (JsonNode? remark in plan["remarks"]!.AsArray())
        {
            report.Line("note        " + remark);
        }

        foreach (JsonNode? obstacle in plan["obstacles"]!.AsArray())
        {
            report.Line($"in its way  {obstacle!["code"]}: {obstacle["message"]}");
        }
    }

    public static string Time(long seconds) => seconds < 120 ? $"{seconds} s"
        : seconds < 7200 ? $"{seconds / 60} min {seconds % 60} s"
        : seconds < 172800 ? $"{seconds / 3600} h {seconds % 3600 / 60} min"
        : $"{seconds / 86400} d {seconds % 86400 / 3600} h";

    private static string Count(JsonNode? number) => number!.GetValue<long>().ToString("N0", CultureInfo.InvariantCulture);

    private static string Dollars(JsonNode dollars, string part) => dollars[part]!.GetValue<decimal>().ToString("0.00", CultureInfo.InvariantCulture);
}
