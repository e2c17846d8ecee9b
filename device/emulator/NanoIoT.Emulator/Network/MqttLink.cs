using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using NanoIoT.Emulator.Hosting;
using NanoIoT.Emulator.Runtime;

namespace NanoIoT.Emulator.Network;

/// <summary>
/// nanoFramework.M2Mqtt's client as it really is, over a real socket; MQTTnet reads and writes the packets. The name is
/// looked up once. Handlers run one after the other, and an exception in one closes the connection. An incoming QoS 1
/// message is acknowledged before its handler runs. An outgoing one is repeated after a second, twice, then given up.
/// Close empties the queue without events.
/// </summary>
internal sealed class MqttLink : IMqttLink, IDisposable
{
    private const int AckMilliseconds = 1000;
    private const int Attempts = 3;
    private const int ConnackMilliseconds = 30000;
    private const int MaxPacketBytes = 1024 * 1024;

    private readonly BoardBoot _boot;
    private readonly BoardNetwork _network;
    private readonly BoardTraffic _traffic;
    private readonly MqttLinkOptions _options;
    private readonly IPAddress[] _addresses;
    private readonly Channel<Func<bool>> _events = Channel.CreateUnbounded<Func<bool>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<ushort, Pending> _pending = new();
    private readonly SemaphoreSlim _writeLock = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private MqttPacketFormatterAdapter? _writer;
    private MqttPacketFormatterAdapter? _reader;
    private Socket? _socket;
    private Stream? _stream;
    private int _lastId;
    private int _closed;
    private volatile bool _isConnected;

    public MqttLink(BoardBoot boot, BoardNetwork network, BoardTraffic traffic, MqttLinkOptions options)
    {
        _boot = boot;
        _network = network;
        _traffic = traffic;
        _options = options;
        try
        {
            _addresses = IPAddress.TryParse(options.Host, out IPAddress? address)
                ? [address]
                : [.. Dns.GetHostAddresses(options.Host).Where(item => item.AddressFamily == AddressFamily.InterNetwork)];
        }
        catch (SocketException)
        {
            // A name that does not resolve shows at Connect.
            _addresses = [];
        }
    }

    public bool IsConnected => _isConnected;

    public int Connect(MqttConnectRequest request)
    {
        _boot.ThrowIfStopped();
        _network.Track(this);
        Task<int> connecting = Task.Run(() => ConnectAsync(request));
        try
        {
            connecting.Wait();
            return connecting.Result;
        }
        catch (AggregateException exception)
        {
            throw exception.InnerException switch
            {
                TimeoutException timeout => timeout,
                IOException io => io,
                Exception other => new IOException((other.InnerException ?? other).Message, other),
                null => exception,
            };
        }
    }

    public ushort Publish(string topic, byte[] payload, int qos, bool retain, int queueLimit)
    {
        _boot.ThrowIfStopped();
        if (_pending.Count >= queueLimit)
        {
            return 0;
        }

        ushort id = NextId();
        var packet = new MqttPublishPacket
        {
            Topic = topic,
            PayloadSegment = payload,
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos,
            Retain = retain,
            PacketIdentifier = qos == 0 ? (ushort)0 : id,
        };
        if (qos > 0)
        {
            _pending[id] = new Pending();
        }

        Start(() => DeliverAsync(packet, id));
        return id;
    }

    public ushort Subscribe(string[] filters, byte[] qos)
    {
        _boot.ThrowIfStopped();
        ushort id = NextId();
        var packet = new MqttSubscribePacket { PacketIdentifier = id };
        for (int i = 0; i < filters.Length; i++)
        {
            packet.TopicFilters.Add(new MqttTopicFilter { Topic = filters[i], QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos[i] });
        }

        Start(() => SendAsync(packet));
        return id;
    }

    public ushort Unsubscribe(string[] filters)
    {
        _boot.ThrowIfStopped();
        ushort id = NextId();
        var packet = new MqttUnsubscribePacket { PacketIdentifier = id };
        packet.TopicFilters.AddRange(filters);
        Start(() => SendAsync(packet));
        return id;
    }

    public void Disconnect()
    {
        if (_isConnected)
        {
            Task sent = Task.Run(() => SendAsync(new MqttDisconnectPacket { ReasonCode = MqttDisconnectReasonCode.NormalDisconnection }));
            sent.Wait(AckMilliseconds);
        }

        Shut(raise: true);
    }

    public void Close() => Shut(raise: true);

    public void Dispose() => Shut(raise: false);

    private static SslClientAuthenticationOptions TlsOptions(MqttLinkOptions options)
    {
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = options.Host,
            EnabledSslProtocols = options.UseTls13 ? SslProtocols.Tls13 : SslProtocols.Tls12,
            RemoteCertificateValidationCallback = PinnedTrust.Validator(options.CaPem),
        };
        if (options.CertificatePem is not null && options.PrivateKeyPem is not null)
        {
            using X509Certificate2 pem = X509Certificate2.CreateFromPem(options.CertificatePem, options.PrivateKeyPem);

            // Through PKCS #12, because Windows does not use a key that is in memory alone.
            X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null);
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        }

        return tls;
    }

    private static void Start(Func<Task> work) => _ = Task.Run(async () =>
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The reader sees the same end of the connection and says so.
            return;
        }
    });

    private async Task<int> ConnectAsync(MqttConnectRequest request)
    {
        if (_addresses.Length == 0)
        {
            throw new IOException("host not found: " + _options.Host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        lock (_lock)
        {
            if (_closed != 0)
            {
                socket.Dispose();
                throw new IOException("closed");
            }

            _socket = socket;
        }

        await socket.ConnectAsync(_addresses, _options.Port, _end.Token).ConfigureAwait(false);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (_options.UseTls)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(TlsOptions(_options), _end.Token).ConfigureAwait(false);
            stream = tls;
        }

        _stream = stream;
        var version = request.ProtocolLevel == 5 ? MqttProtocolVersion.V500 : request.ProtocolLevel == 3 ? MqttProtocolVersion.V310 : MqttProtocolVersion.V311;
        _writer = new MqttPacketFormatterAdapter(version, new MqttBufferWriter(256, 4096));
        _reader = new MqttPacketFormatterAdapter(version, new MqttBufferWriter(64, 1024));
        await SendAsync(CreateConnect(request)).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        limit.CancelAfter(ConnackMilliseconds);
        try
        {
            if (await ReceiveAsync(limit.Token).ConfigureAwait(false) is not MqttConnAckPacket answer)
            {
                throw new IOException("no CONNACK");
            }

            // MQTT 5 has the reason in one field, 3.1.1 in the other; success is 0 in both.
            int code = version == MqttProtocolVersion.V500 ? (int)answer.ReasonCode : (int)answer.ReturnCode;
            if (code == 0)
            {
                _isConnected = true;
                Start(DispatchAsync);
                Start(() => ReceiveLoopAsync(request.KeepAliveSeconds));
                Start(() => KeepAliveAsync(request.KeepAliveSeconds));
            }

            return code;
        }
        catch (OperationCanceledException) when (!_end.IsCancellationRequested)
        {
            throw new TimeoutException("no CONNACK in time");
        }
    }

    private static MqttConnectPacket CreateConnect(MqttConnectRequest request)
    {
        var packet = new MqttConnectPacket
        {
            ClientId = request.ClientId,
            CleanSession = request.CleanSession,
            KeepAlivePeriod = request.KeepAliveSeconds,
            Username = request.UserName,
            Password = request.Password is null ? null : Encoding.UTF8.GetBytes(request.Password),
            MaximumPacketSize = request.MaximumPacketSize,
            SessionExpiryInterval = request.SessionExpirySeconds,
        };
        if (request.WillTopic is not null)
        {
            packet.WillFlag = true;
            packet.WillTopic = request.WillTopic;
            packet.WillMessage = Encoding.UTF8.GetBytes(request.WillMessage ?? string.Empty);
            packet.WillQoS = (MqttQualityOfServiceLevel)request.WillQos;
            packet.WillRetain = request.WillRetain;
        }

        return packet;
    }

    private async Task SendAsync(MqttPacket packet)
    {
        await _writeLock.WaitAsync(_end.Token).ConfigureAwait(false);
        try
        {
            byte[] bytes = _writer!.Encode(packet).ToArray();
            _writer.Cleanup();
            await _stream!.WriteAsync(bytes, _end.Token).ConfigureAwait(false);
        }
        finally
        {
            _writeLock.Release();
        }
    }

    private async Task DeliverAsync(MqttPublishPacket packet, ushort id)
    {
        int bytes = (int)packet.Payload.Length + packet.Topic.Length;
        if (!_pending.TryGetValue(id, out Pending? pending))
        {
            _traffic.AddPublished(bytes, false);
            await SendAsync(packet).ConfigureAwait(false);
            return;
        }

        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            packet.Dup = attempt > 0;
            _traffic.AddPublished(bytes, packet.Dup);
            await SendAsync(packet).ConfigureAwait(false);
            if (await Task.WhenAny(pending.Acknowledged.Task, Task.Delay(AckMilliseconds, _end.Token)).ConfigureAwait(false) == pending.Acknowledged.Task)
            {
                break;
            }

            _end.Token.ThrowIfCancellationRequested();
        }

        if (_pending.TryRemove(id, out _))
        {
            bool acknowledged = pending.Acknowledged.Task.IsCompletedSuccessfully && await pending.Acknowledged.Task.ConfigureAwait(false);
            Raise(() => _options.Published(id, acknowledged));
        }
    }

    private async Task ReceiveLoopAsync(int keepAliveSeconds)
    {
        try
        {
            while (true)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
                if (keepAliveSeconds > 0)
                {
                    limit.CancelAfter(TimeSpan.FromSeconds(keepAliveSeconds * 1.5));
                }

                MqttPacket? packet = await ReceiveAsync(limit.Token).ConfigureAwait(false);
                if (packet is null or MqttDisconnectPacket)
                {
                    return;
                }

                await HandleAsync(packet).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is MqttProtocolViolationException or MqttCommunicationException)
        {
            return;
        }
        finally
        {
            Shut(raise: true);
        }
    }

    private async Task HandleAsync(MqttPacket packet)
    {
        switch (packet)
        {
            case MqttPublishPacket publish:
                _traffic.AddReceived();
                if (publish.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtLeastOnce)
                {
                    await SendAsync(new MqttPubAckPacket { PacketIdentifier = publish.PacketIdentifier }).ConfigureAwait(false);
                }

                byte[] payload = publish.Payload.ToArray();
                Raise(() => _options.MessageReceived(publish.Topic, payload, (int)publish.QualityOfServiceLevel, publish.Retain, publish.Dup));
                break;
            case MqttPubAckPacket acknowledgement when _pending.TryGetValue(acknowledgement.PacketIdentifier, out Pending? pending):
                pending.Acknowledged.TrySetResult((int)acknowledgement.ReasonCode < 0x80);
                break;
            case MqttSubAckPacket answer:
                byte[] levels = [.. answer.ReasonCodes.Select(code => (byte)code)];
                Raise(() => _options.Subscribed(answer.PacketIdentifier, levels));
                break;
            case MqttUnsubAckPacket answer:
                Raise(() => _options.Unsubscribed(answer.PacketIdentifier));
                break;
        }
    }

    private async Task KeepAliveAsync(int seconds)
    {
        if (seconds == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds * 0.75));
        while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
        {
            await SendAsync(MqttPingReqPacket.Instance).ConfigureAwait(false);
        }
    }

    private async Task<MqttPacket?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var one = new byte[1];
        if (await _stream!.ReadAsync(one, cancellationToken).ConfigureAwait(false) == 0)
        {
            return null;
        }

        byte fixedHeader = one[0];
        int length = 0;
        for (int shift = 0; ; shift += 7)
        {
            await _stream.ReadExactlyAsync(one, cancellationToken).ConfigureAwait(false);
            length |= (one[0] & 0x7F) << shift;
            if ((one[0] & 0x80) == 0)
            {
                break;
            }

            if (shift == 21)
            {
                throw new IOException("malformed length");
            }
        }

        if (length > MaxPacketBytes)
        {
            throw new IOException("packet too large");
        }

        var body = new byte[length];
        await _stream.ReadExactlyAsync(body, cancellationToken).ConfigureAwait(false);
        return _reader!.Decode(new ReceivedMqttPacket(fixedHeader, body, length + 2));
    }

    private async Task DispatchAsync()
    {
        await foreach (Func<bool> item in _events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (!item() && _isConnected)
            {
                // An exception in a handler closes the connection.
                Shut(raise: true);
            }
        }
    }

    private void Raise(Action action) => _events.Writer.TryWrite(() => _boot.TryRun(action));

    private ushort NextId()
    {
        ushort id;
        do
        {
            id = (ushort)Interlocked.Increment(ref _lastId);
        }
        while (id == 0 || _pending.ContainsKey(id));
        return id;
    }

    private void Shut(bool raise)
    {
        bool wasConnected;
        lock (_lock)
        {
            if (_closed != 0)
            {
                return;
            }

            _closed = 1;
            wasConnected = _isConnected;
            _isConnected = false;
        }

        _end.Cancel();
        _pending.Clear();
        _socket?.Dispose();
        _stream?.Dispose();
        _network.Release(this);
        if (raise && wasConnected)
        {
            Raise(_options.Closed);
        }

        _events.Writer.TryComplete();
    }

    private sealed class Pending
    {
        public TaskCompletionSource<bool> Acknowledged { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
