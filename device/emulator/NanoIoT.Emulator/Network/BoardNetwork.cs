using NanoIoT.Emulator.Hosting;
using NanoIoT.Emulator.Runtime;

namespace NanoIoT.Emulator.Network;

/// <summary>The network of one boot: real sockets, all closed when the boot ends.</summary>
internal sealed class BoardNetwork : IBoardNetwork, IDisposable
{
    private readonly BoardBoot _boot;
    private readonly BoardTraffic _traffic;
    private readonly Lock _lock = new();
    private readonly HashSet<IDisposable> _open = [];
    private readonly CancellationTokenSource _end = new();
    private bool _disposed;

    public BoardNetwork(BoardBoot boot, BoardTraffic traffic)
    {
        _boot = boot;
        _traffic = traffic;
    }

    public IMqttLink CreateMqtt(MqttLinkOptions options)
    {
        _boot.ThrowIfStopped();
        return new MqttLink(_boot, this, _traffic, options);
    }

    public HttpExchange Send(HttpExchangeRequest request)
    {
        _boot.ThrowIfStopped();
        return HttpChannel.Send(request, _traffic, _end.Token);
    }

    /// <summary>Closes something when the boot ends.</summary>
    public void Track(IDisposable item)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _open.Add(item);
                return;
            }
        }

        item.Dispose();
    }

    public void Release(IDisposable item)
    {
        lock (_lock)
        {
            _open.Remove(item);
        }
    }

    public void Dispose()
    {
        IDisposable[] open;
        lock (_lock)
        {
            _disposed = true;
            open = [.. _open];
            _open.Clear();
        }

        _end.Cancel();
        foreach (IDisposable item in open)
        {
            item.Dispose();
        }
    }
}
