using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Registry;

/// <summary>
/// Keeps the registry's versions what boards say of themselves: a board reports confirmed firmware
/// in its <c>nanoiot</c> shadow at each boot, so one that was flashed by hand is shown as what it is.
/// </summary>
/// <param name="registry">The registry.</param>
internal sealed class ReportedFirmware(IRegistry registry)
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
            if (Contract.IsValidName(component) && value is JsonValue text && text.TryGetValue(out string? version) && SemanticVersion.Parse(version) is not null)
            {
                await registry.SetFirmwareAsync(thingName, component, version, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
