using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace NanoIoT.Cloud.Hosting.Connections;

/// <summary>A connection that is counted from when it is accepted until its socket is closed. Also a feature of the connection.</summary>
internal sealed class GatedConnection : ConnectionContext
{
    private readonly ConnectionContext _inner;
    private readonly ConnectionGate _gate;

    public GatedConnection(ConnectionContext inner, ConnectionGate gate, EndPoint listener, long began)
    {
        _inner = inner;
        _gate = gate;
        Listener = listener;
        Began = began;
        Address = inner.RemoteEndPoint is IPEndPoint remote ? ConnectionGate.NetworkOf(remote.Address) : IPAddress.None;
        inner.Features.Set(this);
    }

    /// <summary>The listener that accepted it.</summary>
    public EndPoint Listener { get; }

    /// <summary>The address or network that it is counted for.</summary>
    public IPAddress Address { get; }

    /// <summary>When it was accepted, as a timestamp.</summary>
    public long Began { get; }

    /// <summary>Its place among the handshakes; the gate's.</summary>
    public LinkedListNode<GatedConnection>? Handshake { get; set; }

    public override string ConnectionId
    {
        get => _inner.ConnectionId;
        set => _inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => _inner.Items;
        set => _inner.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _inner.Transport;
        set => _inner.Transport = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _inner.ConnectionClosed;
        set => _inner.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _inner.LocalEndPoint;
        set => _inner.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _inner.RemoteEndPoint;
        set => _inner.RemoteEndPoint = value;
    }

    /// <summary>The TLS handshake is complete.</summary>
    public void CompleteHandshake() => _gate.CompleteHandshake(this);

    public override void Abort(ConnectionAbortedException abortReason) => _inner.Abort(abortReason);

    public override void Abort() => _inner.Abort();

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _inner.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await base.DisposeAsync().ConfigureAwait(false);
            _gate.Leave(this);
        }
    }
}
