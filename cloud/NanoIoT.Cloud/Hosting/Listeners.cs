using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Gateway;
using NanoIoT.Cloud.Hosting.Connections;

namespace NanoIoT.Cloud.Hosting;

/// <summary>What the service listens on: MQTT over mutual TLS, and HTTPS with MQTT by ALPN.</summary>
internal static partial class Listeners
{
    private const string HandshakeItem = "nanoiot.handshake";

    /// <summary>AWS's name of MQTT in ALPN, and the registered one.</summary>
    private static readonly SslApplicationProtocol[] s_mqttProtocols = [new("x-amzn-mqtt-ca"), new("mqtt")];

    public static void Configure(KestrelServerOptions kestrel, CloudOptions options, Resources resources)
    {
        const long bodyLimit = 17 * 1024 * 1024;
        IPAddress address = IPAddress.Parse(options.Listen);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = bodyLimit;
        if (options.Broker is null)
        {
            kestrel.Listen(address, options.MqttPort, listen => ListenForMqtt(listen, options, resources));
        }

        kestrel.Listen(address, options.HttpsPort, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(https =>
            {
                ConfigureTls(https, options, resources, ClientCertificateMode.AllowCertificate);
                https.OnAuthenticate = (_, tls) =>
                {
                    tls.ServerCertificateContext = resources.Certificates.Current;
                    tls.ApplicationProtocols!.AddRange(options.Broker is null ? s_mqttProtocols : []);
                };
            });
            listen.Use(CompleteHandshake);
            if (kestrel.ApplicationServices.GetService<GatewayConnectionHandler>() is GatewayConnectionHandler mqtt)
            {
                listen.Use(next => connection => TakeMqttAsync(connection, mqtt, next));
            }
        });
    }

    /// <summary>As AWS on port 443: who asks for MQTT by ALPN gets it.</summary>
    private static Task TakeMqttAsync(
        ConnectionContext connection, GatewayConnectionHandler mqtt, ConnectionDelegate http)
    {
        var tls = connection.Features.Get<ITlsApplicationProtocolFeature>();
        ReadOnlyMemory<byte> chosen = tls?.ApplicationProtocol ?? default;
        bool isMqtt = s_mqttProtocols.Any(protocol => protocol.Protocol.Span.SequenceEqual(chosen.Span));
        return isMqtt ? mqtt.OnConnectedAsync(connection) : http(connection);
    }

    private static void ListenForMqtt(ListenOptions listen, CloudOptions options, Resources resources)
    {
        listen.Protocols = HttpProtocols.None;
        listen.Use(next => connection => LogFailedHandshakeAsync(next, connection, resources));
        listen.UseHttps(https =>
        {
            ConfigureTls(https, options, resources, ClientCertificateMode.RequireCertificate);
            https.OnAuthenticate = (_, tls) =>
            {
                tls.ServerCertificateContext = resources.Certificates.Current;
                tls.ApplicationProtocols = [.. s_mqttProtocols];
            };
        });
        listen.Use(CompleteHandshake);
        listen.Use(next => connection =>
        {
            connection.Items[HandshakeItem] = true;
            return next(connection);
        });
        listen.UseConnectionHandler<GatewayConnectionHandler>();
    }

    /// <summary>The gate counts connections whose handshake is not complete.</summary>
    private static ConnectionDelegate CompleteHandshake(ConnectionDelegate next) => connection =>
    {
        connection.Features.Get<GatedConnection>()?.CompleteHandshake();
        return next(connection);
    };

    private static void ConfigureTls(HttpsConnectionAdapterOptions https, CloudOptions options, Resources resources, ClientCertificateMode mode)
    {
        https.HandshakeTimeout = options.HandshakeTimeout;
        // Kestrel wants one to begin with; each handshake gets the one of its moment (OnAuthenticate).
        https.ServerCertificate = resources.Certificates.Current.TargetCertificate;
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.ClientCertificateMode = mode;
        https.ClientCertificateValidation = (certificate, _, _) => Verify(resources, certificate);
    }

    /// <summary>Kestrel ends a connection whose handshake fails without a word of ours; this says so.</summary>
    private static async Task LogFailedHandshakeAsync(ConnectionDelegate next, ConnectionContext connection, Resources resources)
    {
        await next(connection).ConfigureAwait(false);
        if (!connection.Items.ContainsKey(HandshakeItem) && resources.Logger is ILogger logger)
        {
            LogHandshakeFailed(logger, connection.RemoteEndPoint?.ToString());
        }
    }

    private static bool Verify(Resources resources, X509Certificate2 certificate)
    {
        if (resources.Trust!.Verify(certificate, out string reason))
        {
            return true;
        }

        if (resources.Logger is ILogger logger)
        {
            LogCertificateRefused(logger, certificate.Subject, reason);
        }

        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "TLS refused: {EndPoint}: no handshake with a client certificate of this CA")]
    private static partial void LogHandshakeFailed(ILogger logger, string? endPoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "TLS refused: certificate {Subject}: {Reason}")]
    private static partial void LogCertificateRefused(ILogger logger, string subject, string reason);
}
