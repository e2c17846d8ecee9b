using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NanoIoT.Testing;

/// <summary>An MQTT connection byte by byte, for what no client library sends: half packets, garbage, no acknowledgements.</summary>
public sealed class RawMqtt : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly Socket? _socket;
    private readonly WebSocket? _web;

    private RawMqtt(Stream stream, Socket? socket, WebSocket? web)
    {
        _stream = stream;
        _socket = socket;
        _web = web;
    }

    /// <summary>One valid packet of every kind that a client may send, of MQTT 3.1.1, by name.</summary>
    public static IReadOnlyDictionary<string, byte[]> EveryKind { get; } = new Dictionary<string, byte[]>
    {
        ["CONNECT"] = Connect("t"),
        ["PUBLISH 0"] = Publish("nanoiot/things/t/x", "payload"u8, 0),
        ["PUBLISH 1"] = Publish("nanoiot/things/t/x", "payload"u8, 1),
        ["PUBACK"] = PubAck(1),
        ["SUBSCRIBE"] = Subscribe(1, "nanoiot/things/t/x"),
        ["UNSUBSCRIBE"] = Packet(0xA2, [0, 2, .. Text("nanoiot/things/t/x")]),
        ["PINGREQ"] = Packet(0xC0, []),
        ["DISCONNECT"] = Packet(0xE0, []),
    };

    /// <summary>
    /// One valid packet of every kind that a client may send, of MQTT 5 and with properties, by name.
    /// </summary>
    public static IReadOnlyDictionary<string, byte[]> EveryKindOfVersion5 { get; } = new Dictionary<string, byte[]>
    {
        ["CONNECT"] = ConnectVersion5("t"),
        ["CONNECT with a will"] = Packet(
            0x10,
            [
                .. Text("MQTT"), 5, 0x0E, 4, 0xB0, 0, .. Text("t"),
                .. Properties([1, 1, 0x18, 0, 0, 0, 9]), .. Text("nanoiot/things/t/x"), .. Text("gone"),
            ]),
        ["PUBLISH 0"] = Packet(0x30, [.. Text("nanoiot/things/t/x"), 0, .. "payload"u8]),
        ["PUBLISH 1"] = Packet(
            0x32,
            [
                .. Text("nanoiot/things/t/x"), 0, 3,
                .. Properties(
                    [1, 1, 2, 0, 0, 0, 60, 3, .. Text("text/plain"), 8, .. Text("r"), 9, .. Text("id"), 0x26, .. Text("a"), .. Text("b")]),
                .. "payload"u8,
            ]),
        ["PUBACK"] = Packet(0x40, [0, 1, 0, 0]),
        ["SUBSCRIBE"] = Packet(
            0x82,
            [0, 1, .. Properties([0x26, .. Text("a"), .. Text("b")]), .. Text("nanoiot/things/t/x"), 0x2D]),
        ["UNSUBSCRIBE"] = Packet(
            0xA2,
            [0, 2, .. Properties([0x26, .. Text("a"), .. Text("b")]), .. Text("nanoiot/things/t/x")]),
        ["PINGREQ"] = Packet(0xC0, []),
        ["DISCONNECT"] = Packet(0xE0, [0, .. Properties([0x1F, .. Text("done")])]),
        ["AUTH"] = Packet(0xF0, [0x18, .. Properties([0x15, .. Text("method"), 0x16, .. Text("data")])]),
    };

    /// <summary>Connects to the MQTT port.</summary>
    /// <param name="port">The port.</param>
    /// <param name="certificate">The client's certificate with its key.</param>
    /// <param name="from">The local address, or null for any.</param>
    /// <param name="receiveBuffer">The socket's receive buffer in bytes; 0 for the system's default.</param>
    /// <returns>The connection, without a CONNECT.</returns>
    public static async Task<RawMqtt> OpenAsync(int port, X509Certificate2 certificate, IPAddress? from = null, int receiveBuffer = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }

        await socket.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = [certificate] }).ConfigureAwait(false);
        return new RawMqtt(tls, socket, null);
    }

    /// <summary>Connects by WebSocket.</summary>
    /// <param name="api">The API's address.</param>
    /// <param name="certificate">The client's certificate with its key, or null.</param>
    /// <param name="token">A user's bearer token for the Authorization header, or null.</param>
    /// <returns>The connection, without a CONNECT.</returns>
    public static async Task<RawMqtt> OpenWebSocketAsync(
        string api, X509Certificate2? certificate, string? token = null)
    {
        var web = new ClientWebSocket();
        web.Options.AddSubProtocol("mqtt");
        web.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        if (certificate is not null)
        {
            web.Options.ClientCertificates.Add(certificate);
        }

        if (token is not null)
        {
            web.Options.SetRequestHeader("Authorization", "Bearer " + token);
        }

        await web.ConnectAsync(new Uri(api.Replace("https:", "wss:", StringComparison.Ordinal) + "/mqtt"), CancellationToken.None).ConfigureAwait(false);
        return new RawMqtt(WebSocketStream.Create(web, WebSocketMessageType.Binary), null, web);
    }

    /// <summary>A CONNECT.</summary>
    /// <param name="clientId">The client id.</param>
    /// <param name="keepAlive">Keep-alive in seconds.</param>
    /// <param name="isClean">Whether the session is a new one that ends with the connection.</param>
    /// <returns>The packet.</returns>
    public static byte[] Connect(string clientId, ushort keepAlive = 1200, bool isClean = true) =>
        Packet(0x10, [.. Text("MQTT"), 4, isClean ? (byte)2 : (byte)0, (byte)(keepAlive >> 8), (byte)keepAlive, .. Text(clientId)]);

    /// <summary>A CONNECT of MQTT 5 with a clean start.</summary>
    /// <param name="clientId">The client id.</param>
    /// <returns>The packet.</returns>
    public static byte[] ConnectVersion5(string clientId) => Packet(
        0x10,
        [
            .. Text("MQTT"), 5, 2, 4, 0xB0,
            .. Properties([0x21, 0, 10, 0x26, .. Text("a"), .. Text("b")]), .. Text(clientId),
        ]);

    /// <summary>Properties of MQTT 5: their length, which must be below 128, and the properties.</summary>
    /// <param name="properties">The properties.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Properties(ReadOnlySpan<byte> properties) => [(byte)properties.Length, .. properties];

    /// <summary>A PUBLISH.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="qos">0 or 1.</param>
    /// <param name="id">The packet identifier for QoS 1.</param>
    /// <returns>The packet.</returns>
    public static byte[] Publish(string topic, ReadOnlySpan<byte> payload, int qos, ushort id = 3)
    {
        byte[] variable = qos == 0 ? Text(topic) : [.. Text(topic), (byte)(id >> 8), (byte)id];
        return Packet((byte)(0x30 | (qos << 1)), [.. variable, .. payload]);
    }

    /// <summary>A PUBACK.</summary>
    /// <param name="id">The packet identifier.</param>
    /// <returns>The packet.</returns>
    public static byte[] PubAck(int id) => Packet(0x40, [(byte)(id >> 8), (byte)id]);

    /// <summary>A SUBSCRIBE of QoS 1.</summary>
    /// <param name="id">The packet identifier.</param>
    /// <param name="filters">The filters.</param>
    /// <returns>The packet.</returns>
    public static byte[] Subscribe(ushort id, params IEnumerable<string> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return Packet(0x82, [(byte)(id >> 8), (byte)id, .. filters.SelectMany(filter => (byte[])[.. Text(filter), 1])]);
    }

    /// <summary>A text as MQTT writes it.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Length and bytes.</returns>
    public static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }

    /// <summary>A packet.</summary>
    /// <param name="first">Its first byte: kind and flags.</param>
    /// <param name="body">What follows the length.</param>
    /// <returns>The packet.</returns>
    public static byte[] Packet(byte first, ReadOnlySpan<byte> body)
    {
        var packet = new List<byte> { first };
        int rest = body.Length;
        do
        {
            packet.Add((byte)((rest & 127) | (rest > 127 ? 128 : 0)));
            rest >>= 7;
        }
        while (rest > 0);

        packet.AddRange(body);
        return [.. packet];
    }

    /// <summary>Sends bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The task.</returns>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _stream.WriteAsync(bytes).ConfigureAwait(false);
        await _stream.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Sends a CONNECT and reads the CONNACK.</summary>
    /// <param name="clientId">The client id.</param>
    /// <param name="keepAlive">Keep-alive in seconds.</param>
    /// <param name="isClean">Whether the session is a new one that ends with the connection.</param>
    /// <returns>The CONNACK's code: 0 where the connection is accepted.</returns>
    public Task<byte> ConnectAsync(
        string clientId,
        ushort keepAlive = 1200,
        bool isClean = true) => ConnectAsync(Connect(clientId, keepAlive, isClean));

    /// <summary>Sends a CONNECT and reads the CONNACK.</summary>
    /// <param name="connect">The packet.</param>
    /// <returns>The CONNACK's code: 0 where the connection is accepted.</returns>
    public async Task<byte> ConnectAsync(ReadOnlyMemory<byte> connect)
    {
        await SendAsync(connect).ConfigureAwait(false);
        (byte first, byte[] body) = await ReadAsync().ConfigureAwait(false) ?? throw new IOException("The connection ended before CONNACK.");
        return first == 0x20 ? body[1] : throw new InvalidDataException($"Packet 0x{first:x2} is not a CONNACK.");
    }

    /// <summary>Subscribes and reads up to the SUBACK.</summary>
    /// <param name="filters">The filters.</param>
    /// <returns>The codes granted.</returns>
    public async Task<byte[]> SubscribeAsync(params IEnumerable<string> filters)
    {
        await SendAsync(Subscribe(1, filters)).ConfigureAwait(false);
        while (await ReadAsync().ConfigureAwait(false) is (byte first, byte[] body))
        {
            if (first == 0x90)
            {
                return body[2..];
            }
        }

        throw new IOException("The connection ended before SUBACK.");
    }

    /// <summary>Reads a packet; fails when none comes within <see cref="Wait.Limit"/>.</summary>
    /// <returns>First byte and body, or null where the connection ended.</returns>
    public async Task<(byte First, byte[] Body)?> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        try
        {
            byte[] one = new byte[1];
            if (await _stream.ReadAsync(one, limit.Token).ConfigureAwait(false) == 0)
            {
                return null;
            }

            byte first = one[0];
            int length = 0;
            for (int shift = 0; ; shift += 7)
            {
                await _stream.ReadExactlyAsync(one, limit.Token).ConfigureAwait(false);
                length |= (one[0] & 127) << shift;
                if (one[0] < 128)
                {
                    break;
                }
            }

            byte[] body = new byte[length];
            await _stream.ReadExactlyAsync(body, limit.Token).ConfigureAwait(false);
            return (first, body);
        }
        catch (Exception exception) when (exception is IOException or WebSocketException)
        {
            // Reset, or ended inside a packet.
            return null;
        }
    }

    /// <summary>Reads until the service ends the connection; fails when it does not within <see cref="Wait.Limit"/>.</summary>
    /// <returns>The task.</returns>
    public async Task ReadToEndAsync()
    {
        while (await ReadAsync().ConfigureAwait(false) is not null)
        {
        }
    }

    /// <summary>The packet identifier of a PUBLISH of QoS 1.</summary>
    /// <param name="body">The packet's body.</param>
    /// <returns>The identifier.</returns>
    public static ushort IdOf(byte[] body) => BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(2 + BinaryPrimitives.ReadUInt16BigEndian(body)));

    /// <summary>Says that nothing more will be sent, and goes on reading: close_notify over TLS, a close frame over WebSocket.</summary>
    /// <returns>The task.</returns>
    public Task CloseNotifyAsync() => _web is not null
        ? _web.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None)
        : ((SslStream)_stream).ShutdownAsync();

    /// <summary>Sends TCP's FIN without a close_notify, and goes on reading.</summary>
    public void Finish() => _socket!.Shutdown(SocketShutdown.Send);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or WebSocketException or InvalidOperationException)
        {
            // The service has ended the connection.
            _web?.Abort();
        }

        _web?.Dispose();
        _socket?.Dispose();
    }
}
