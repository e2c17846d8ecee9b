using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace NanoIoT.Cloud.Hosting.Connections;

/// <summary>
/// Kestrel's sockets with a gate before them. A connection that is too many is closed where it is accepted, before the next is
/// accepted: refused later, they would pile up as open files while they wait for a thread.
/// </summary>
internal sealed class GatedTransport(SocketTransportFactory sockets, ConnectionGate gate, TimeProvider time) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false), gate, time);

    private sealed class Listener(IConnectionListener inner, ConnectionGate gate, TimeProvider time) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await inner.AcceptAsync(cancellationToken).ConfigureAwait(false) is ConnectionContext accepted)
            {
                var connection = new GatedConnection(accepted, gate, inner.EndPoint, time.GetTimestamp());
                if (gate.TryEnter(connection))
                {
                    return connection;
                }

                accepted.Abort();
                await accepted.DisposeAsync().ConfigureAwait(false);
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
