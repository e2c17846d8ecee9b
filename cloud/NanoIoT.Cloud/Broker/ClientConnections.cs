using System.Collections.Concurrent;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// One connection a client id, one after the other: a new one ends the one before and waits until nothing of it is left. MQTTnet
/// itself lets both run for a moment, and an old one that ends in that moment takes the new one's session with it, since
/// it forgets clients by their id.
/// </summary>
internal sealed class ClientConnections
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, GatewayChannelAdapter> _newest = new(StringComparer.Ordinal);

    /// <summary>Takes a client id's place.</summary>
    /// <param name="clientId">The client id.</param>
    /// <param name="adapter">The new connection.</param>
    /// <param name="end">Ends the one before in MQTT's manner.</param>
    /// <returns>Whether it has the place: false where a newer one took it meanwhile.</returns>
    public async Task<bool> TakeAsync(string clientId, GatewayChannelAdapter adapter, Func<Task> end)
    {
        GatewayChannelAdapter? before = null;
        _newest.AddOrUpdate(clientId, adapter, (_, known) =>
        {
            before = known;
            return adapter;
        });
        _ = ForgetAsync(clientId, adapter);
        if (before is null)
        {
            return true;
        }

        before.IsDisplaced = true;
        before.EndReason ??= DisconnectReasons.DuplicateClientId;
        await end().ConfigureAwait(false);
        if (await Task.WhenAny(before.Ended, Task.Delay(s_patience)).ConfigureAwait(false) != before.Ended)
        {
            // It does not read, or was not yet a client of MQTTnet's.
            before.Connection.Abort();
            await before.Ended.ConfigureAwait(false);
        }

        return !adapter.IsDisplaced;
    }

    private async Task ForgetAsync(string clientId, GatewayChannelAdapter adapter)
    {
        await adapter.Ended.ConfigureAwait(false);
        _newest.TryRemove(KeyValuePair.Create(clientId, adapter));
    }
}
