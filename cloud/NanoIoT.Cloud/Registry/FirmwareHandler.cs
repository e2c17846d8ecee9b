using System.Text.Json;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Registry;

/// <summary>
/// Keeps the registry's versions what boards say of themselves: a board reports confirmed firmware
/// in its <c>nanoiot</c> shadow at each boot, so one that was flashed by hand is shown as what it is.
/// </summary>
/// <param name="registry">The registry.</param>
/// <param name="refusals">Where versions that are not stored are logged.</param>
internal sealed class FirmwareHandler(IRegistry registry, RefusalLog refusals) : IMessageHandler
{
    /// <summary>What is asked first of every message: most are for others.</summary>
    private const string Suffix = "/" + Topics.AgentShadow + "/update";

    /// <inheritdoc/>
    public async Task HandleAsync(ClientMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!message.Topic.EndsWith(Suffix, StringComparison.Ordinal) || message.Topic != Topics.Shadow(message.ThingName, Topics.AgentShadow) + "/update")
        {
            return;
        }

        foreach ((string component, string version) in Read(message.Payload))
        {
            if (registry.Find(message.ThingName)?.CanHave(component) == false)
            {
                refusals.Add(ReportRefusals.TooManyComponents, message.ThingName, $"Component '{component}' is not stored: a thing has at most {Thing.MaxComponents} components.");
                continue;
            }

            await registry.SetFirmwareAsync(message.ThingName, component, version, cancellationToken).ConfigureAwait(false);
        }
    }

    private static List<(string Component, string Version)> Read(ReadOnlyMemory<byte> payload)
    {
        var found = new List<(string, string)>();
        try
        {
            using var document = JsonDocument.Parse(payload);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("state", out JsonElement state) && state.ValueKind == JsonValueKind.Object
                && state.TryGetProperty(Fields.Reported, out JsonElement reported) && reported.ValueKind == JsonValueKind.Object
                && reported.TryGetProperty(Fields.Firmware, out JsonElement firmware) && firmware.ValueKind == JsonValueKind.Object)
            {
                found.AddRange(firmware.EnumerateObject()
                    .Where(item => item.Value.ValueKind == JsonValueKind.String && Contract.IsValidName(item.Name) && SemanticVersion.Parse(item.Value.GetString()) is not null)
                    .Select(item => (item.Name, item.Value.GetString()!)));
            }
        }
        catch (JsonException)
        {
            // The shadow has refused it too.
            found.Clear();
        }

        return found;
    }
}
