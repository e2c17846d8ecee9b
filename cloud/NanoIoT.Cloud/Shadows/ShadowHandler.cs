using NanoIoT.Cloud.Broker;

namespace NanoIoT.Cloud.Shadows;

/// <summary>Hands shadow requests from the broker to the shadow service.</summary>
/// <param name="shadows">The service.</param>
public sealed class ShadowHandler(IShadowService shadows) : IMessageHandler
{
    /// <inheritdoc/>
    public Task HandleAsync(ClientMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Topic.StartsWith('$') ? shadows.HandleAsync(message.Topic, message.Payload, cancellationToken) : Task.CompletedTask;
    }
}
