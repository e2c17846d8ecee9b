using System.Text.Json.Nodes;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Registry;

/// <summary>
/// Keeps the registry's versions what boards say of themselves: a board reports confirmed firmware
/// in its <c>nanoiot</c> shadow at each boot, so one that was flashed by hand is shown as what it is.
/// </summary>
/// <param name="registry">The registry.</param>
/// <param name="refusals">Where versions that are not stored are logged.</param>
internal sealed class ReportedFirmware(IRegistry registry, RefusalLog refusals)
{
    /// <summary>Writes the versions that an accepted shadow update reports into the registry.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="update">The update, after the shadow service accepted it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    public async Task RecordAsync(string thingName, ReadOnlyMemory<byte> update, CancellationToken cancellationToken)
    {
        JsonNode? reported = StrictJson.Parse(update.Span)?["state"]?[Fields.Reported];
        foreach ((string component, JsonNode? value) in reported?[Fields.Firmware] as JsonObject ?? [])
        {
            if (!Contract.IsValidName(component) || VersionOf(value) is not string version)
            {
                continue;
            }

            if (registry.Find(thingName)?.CanHave(component) == false)
            {
                string reason = $"Component '{component}' is not stored: a thing has at most {Thing.MaxComponents} components.";
                refusals.Add(ReportRefusals.TooManyComponents, thingName, reason);
                continue;
            }

            await registry.SetFirmwareAsync(thingName, component, version, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string? VersionOf(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue(out string? version) && SemanticVersion.Parse(version) is not null ? version : null;
}
