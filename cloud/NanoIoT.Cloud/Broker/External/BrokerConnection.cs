using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;

namespace NanoIoT.Cloud.Broker.External;

/// <summary>How the service connects to a broker: address, who it is, whom it trusts.</summary>
internal sealed class BrokerConnection : IDisposable
{
    /// <summary>No thing's name: <c>$</c> is none of its characters.</summary>
    private const string ServiceName = "$nanoiot";
    private const int KeepAliveSeconds = 30;
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    private readonly ExternalBrokerOptions _options;
    private readonly X509Certificate2Collection _trusted = [];
    private readonly X509Certificate2? _certificate;
    private readonly bool _trustsMachine;

    /// <summary>Reads what it needs.</summary>
    /// <param name="options">How.</param>
    /// <param name="authority">The built-in CA.</param>
    /// <exception cref="CloudException">A file is none.</exception>
    public BrokerConnection(ExternalBrokerOptions options, CertificateAuthority authority)
    {
        _options = options;
        _trustsMachine = options.CaFile is null;
        try
        {
            if (options.CaFile is string file)
            {
                _trusted.ImportFromPemFile(file);
            }
            else
            {
                _trusted.ImportFromPem(authority.RootPem);
            }

            _certificate = options.CertificateFile is string path ? X509Certificate2.CreateFromPemFile(path, options.KeyFile) : Issue(authority);
        }
        catch (Exception exception) when (exception is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"The broker's certificates cannot be read: {exception.Message}", exception);
        }
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
            .WithTcpServer(_options.Address.Host, _options.Port)
            .WithCleanStart(sessionSeconds == 0)
            .WithSessionExpiryInterval(sessionSeconds)
            .WithReceiveMaximum(maxInflight)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(KeepAliveSeconds))
            .WithTimeout(s_timeout);
        if (_options.UserName is string user)
        {
            builder.WithCredentials(user, _options.Password);
        }

        if (_options.IsTls)
        {
            builder.WithTlsOptions(tls => tls
                .UseTls()
                .WithTargetHost(_options.Address.Host)
                .WithSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13)
                .WithClientCertificates(_certificate is null ? [] : [_certificate])
                .WithCertificateValidationHandler(args => IsTrusted(args.Certificate, args.Chain, args.SslPolicyErrors)));
        }

        return builder.Build();
    }

    public void Dispose()
    {
        _certificate?.Dispose();
        foreach (X509Certificate2 certificate in _trusted)
        {
            certificate.Dispose();
        }
    }

    private static X509Certificate2 Issue(CertificateAuthority authority)
    {
        (X509Certificate2 certificate, _, string key) = authority.IssueWithKey(ServiceName);
        using (certificate)
        {
            using X509Certificate2 withKey = X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), key);
            return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "The name is checked by .NET, the chain here against the CAs asked for.")]
    private bool IsTrusted(X509Certificate certificate, X509Chain presented, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return _trustsMachine || IsBelowTrusted(certificate, presented);
        }

        return errors == SslPolicyErrors.RemoteCertificateChainErrors && IsBelowTrusted(certificate, presented);
    }

    private bool IsBelowTrusted(X509Certificate certificate, X509Chain presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_trusted);
        chain.ChainPolicy.ExtraStore.AddRange(presented.ChainElements.Select(element => element.Certificate).ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        using var server = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(server);
    }
}
