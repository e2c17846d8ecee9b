using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;

namespace NanoIoT.Cloud.Broker.External;

/// <summary>How the service connects to a broker: address, who it is, whom it trusts.</summary>
internal sealed class BrokerConnection : IDisposable
{
    /// <summary>AWS's name of MQTT in ALPN, for ports where it has other protocols too.</summary>
    private const string AwsProtocol = "x-amzn-mqtt-ca";

    private const int MqttsPort = 8883;
    private const int KeepAliveSeconds = 30;
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    private readonly ExternalBrokerOptions _options;
    private readonly ServerTrust _trust;
    private readonly X509Certificate2? _certificate;
    private readonly AwsClients _aws;
    private readonly string _region;
    private readonly CertificateWatch _watch;
    private readonly TimeProvider _time;

    /// <summary>Reads what it needs.</summary>
    /// <param name="options">How.</param>
    /// <param name="authority">The built-in CA.</param>
    /// <param name="aws">Who signs the address of a WebSocket.</param>
    /// <param name="region">The region it is signed for.</param>
    /// <param name="watch">Told when certificates expire.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="CloudException">A file is not valid.</exception>
    public BrokerConnection(ExternalBrokerOptions options, CertificateAuthority authority, AwsClients aws, string region, CertificateWatch watch, TimeProvider time)
    {
        _options = options;
        _watch = watch;
        _aws = aws;
        _region = region;
        _time = time;
        _trust = new ServerTrust(options.CaFile, options.Kind == BrokerKind.AwsIot ? null : authority.RootPem);
        try
        {
            _certificate = options.CertificateFile is string path ? Load(X509Certificate2.CreateFromPemFile(path, options.KeyFile))
                : options.Kind == BrokerKind.AwsIot ? null
                : Issue(authority);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"The broker's certificates cannot be read: {exception.Message}", exception);
        }

        Watch("of the service at the broker", _certificate);
    }

    /// <summary>Options of a connection.</summary>
    /// <param name="clientId">Its client id.</param>
    /// <param name="sessionSeconds">How long the session outlives the connection; 0 for a new one each time.</param>
    /// <param name="maxInflight">Messages the broker may send before the first is acknowledged.</param>
    public MqttClientOptions Create(string clientId, uint sessionSeconds, ushort maxInflight)
    {
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(clientId)
            .WithCleanStart(sessionSeconds == 0)
            .WithSessionExpiryInterval(sessionSeconds)
            .WithReceiveMaximum(maxInflight)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(KeepAliveSeconds))
            .WithTimeout(s_timeout);
        if (_options.IsSigned)
        {
            // Signed anew for each connection.
            string signed = RequestSigning.SignWebSocket(_options.Address, _region, _aws.Credentials.GetCredentials(), _time.GetUtcNow()).AbsoluteUri;
            builder.WithWebSocketServer(socket => socket.WithUri(signed).WithSubProtocols(["mqtt"]));
        }
        else
        {
            builder.WithTcpServer(_options.Address.Host, _options.Port);
        }

        if (_options.UserName is string user)
        {
            builder.WithCredentials(user, _options.Password);
        }

        if (_options.IsTls)
        {
            builder.WithTlsOptions(tls =>
            {
                tls.UseTls()
                    .WithTargetHost(_options.Address.Host)
                    .WithSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13)
                    .WithClientCertificates(_certificate is null ? [] : [_certificate])
                    .WithCertificateValidationHandler(args =>
                    {
                        Watch($"of the broker {_options.Address.Host}:{_options.Port}", args.Certificate as X509Certificate2);
                        return _trust.IsTrusted(args.Certificate, args.Chain, args.SslPolicyErrors);
                    });
                if (_options is { Kind: BrokerKind.AwsIot, IsSigned: false, Port: not MqttsPort })
                {
                    tls.WithApplicationProtocols([new SslApplicationProtocol(AwsProtocol)]);
                }
            });
        }

        return builder.Build();
    }

    public void Dispose()
    {
        _certificate?.Dispose();
        _trust.Dispose();
    }

    private void Watch(string name, X509Certificate2? certificate)
    {
        if (certificate is not null)
        {
            _watch.Set(name, new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        }
    }

    private static X509Certificate2 Issue(CertificateAuthority authority)
    {
        (X509Certificate2 certificate, _, string key) = authority.IssueWithKey(CertificateAuthority.ServiceName);
        using (certificate)
        {
            return Load(X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), key));
        }
    }

    /// <summary>TLS takes a certificate whose key came from PEM on every platform in this form alone.</summary>
    private static X509Certificate2 Load(X509Certificate2 withKey)
    {
        using (withKey)
        {
            return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
        }
    }
}
