using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using MQTTnet.Adapter;
using MQTTnet.AspNetCore;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Server;

namespace NanoIoT.Cloud.Broker;

/// <summary>Takes MQTT connections from Kestrel, over TLS or WebSocket, and hands them to MQTTnet with the gateway's adapter around them.</summary>
public sealed class GatewayConnectionHandler : ConnectionHandler, IMqttServerAdapter
{
    private MqttServerOptions _options = new();

    /// <inheritdoc/>
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);

        // A WebSocket sends text unless told otherwise.
        if (connection.Features.Get<ITransferFormatFeature>() is ITransferFormatFeature format)
        {
            format.ActiveFormat = TransferFormat.Binary;
        }

        connection.Transport = new LimitedDuplexPipe(connection.Transport);
        var formatter = new MqttPacketFormatterAdapter(new MqttBufferWriter(_options.WriterBufferSize, _options.WriterBufferSizeMax));
        using var inner = new MqttConnectionContext(formatter, connection);
        using var adapter = new GatewayChannelAdapter(inner, connection);
        try
        {
            if (ClientHandler is not null)
            {
                await ClientHandler(adapter).ConfigureAwait(false);
            }
        }
        finally
        {
            adapter.OnEnded();
            _ = CutAsync(connection);
        }
    }

    /// <summary>Kestrel waits until a client has read what was written for it; who does not read would keep its socket.</summary>
    private static async Task CutAsync(ConnectionContext connection)
    {
        CancellationToken closed = connection.ConnectionClosed;
        await Task.Delay(TimeSpan.FromSeconds(GatewayLimits.EndTimeoutSeconds), closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!closed.IsCancellationRequested)
        {
            connection.Abort();
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        _options = options;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => ClientHandler = null;
}
