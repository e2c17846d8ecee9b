using System.Text.Json.Nodes;
using NanoIoT.Cli.Api;
using Spectre.Console;

namespace NanoIoT.Cli.Output;

/// <summary>Follows a campaign to its end: drawn over on a terminal, a line a change in a pipe.</summary>
internal static class CampaignWatcher
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(300);

    /// <summary>Follows a campaign.</summary>
    /// <returns>Its last view.</returns>
    public static async Task<JsonNode> WatchAsync(ApiClient api, string id, Report report, CancellationToken cancellationToken)
    {
        string path = "nanoiot/campaigns/" + Uri.EscapeDataString(id);
        JsonNode view = await api.GetAsync(path, cancellationToken).ConfigureAwait(false);
        if (report.IsLive)
        {
            await report.Console.Live(CampaignTable.Render(view)).StartAsync(async live =>
            {
                while (!IsOver(view))
                {
                    await Task.Delay(s_interval, cancellationToken).ConfigureAwait(false);
                    view = await api.GetAsync(path, cancellationToken).ConfigureAwait(false);
                    live.UpdateTarget(CampaignTable.Render(view));
                    live.Refresh();
                }
            }).ConfigureAwait(false);
            return view;
        }

        string last = string.Empty;
        while (true)
        {
            string line = CampaignTable.Line(view);
            if (line != last)
            {
                report.Line(line);
                last = line;
            }

            if (IsOver(view))
            {
                report.Console.Write(CampaignTable.Render(view));
                report.Console.WriteLine();
                return view;
            }

            await Task.Delay(s_interval, cancellationToken).ConfigureAwait(false);
            view = await api.GetAsync(path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a campaign has ended.</summary>
    public static bool IsOver(JsonNode view) => view["campaign"]!["status"]!.GetValue<string>() is "completed" or "aborted" or "canceled";
}
