using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace NanoIoT.Testing;

/// <summary>A port that leads to another until it is cut: then it refuses connections, and what was on its way never arrives.</summary>
public sealed class TcpForwarder : IDisposable
{
    private readonly Uri _target;
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private TcpListener? _listener;

    /// <summary>Opens it.</summary>
    /// <param name="target">Where it leads.</param>
    public TcpForwarder(Uri target)
    {
        _target = target;
        Port = FreePort.Next();
        Restore();
    }

    /// <summary>Its address.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}/");

    private int Port { get; }

    /// <summary>Cuts every connection, and refuses new ones.</summary>
    public void Cut()
    {
        _listener!.Stop();
        while (_clients.TryTake(out TcpClient? client))
        {
            client.Dispose();
        }
    }

    /// <summary>Leads there again.</summary>
    public void Restore()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    /// <inheritdoc/>
    public void Dispose() => Cut();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                TcpClient from = await listener.AcceptTcpClientAsync().ConfigureAwait(false);
                var to = new TcpClient();
                _clients.Add(from);
                _clients.Add(to);
                await to.ConnectAsync(_target.Host, _target.Port).ConfigureAwait(false);
                _ = CopyAsync(from, to);
                _ = CopyAsync(to, from);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut.
            return;
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream()).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two is gone; so is the other, then.
        }
        finally
        {
            to.Dispose();
        }
    }
}
