using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Shadows;

/// <summary>
/// Hands shadow requests from the broker to the shadow service, and what an accepted update of the <c>nanoiot</c> shadow says of
/// the board's firmware to the registry. A rejected update changes neither.
/// </summary>
/// <param name="shadows">The shadow service.</param>
/// <param name="firmware">Writes versions into the registry.</param>
internal sealed class ShadowHandler(IShadowService shadows, ReportedFirmware firmware) : IMessageHandler
{
    /// <summary>Compared first: most messages are other ones.</summary>
    private const string AgentUpdate = "/" + Topics.AgentShadow + "/update";

    /// <inheritdoc/>
    public async Task HandleAsync(ClientMessage message, CancellationToken cancellationToken)
    {
        if (!message.Topic.StartsWith('$'))
        {
            return;
        }

        ShadowOutcome outcome = await shadows.HandleAsync(message.Topic, message.Payload, cancellationToken).ConfigureAwait(false);
        if (outcome == ShadowOutcome.Accepted && IsAgentUpdate(message))
        {
            await firmware.RecordAsync(message.ThingName, message.Payload, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsAgentUpdate(ClientMessage message) =>
        message.Topic.EndsWith(AgentUpdate, StringComparison.Ordinal) && message.Topic == Topics.Shadow(message.ThingName, Topics.AgentShadow) + "/update";
}
