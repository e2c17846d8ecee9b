using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Identity;

/// <summary>
/// The built-in CA of the embedded default: a P-256 root made on first start, a server certificate renewed at each start,
/// and a certificate for each thing. Keys are files only their owner may read.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly TimeSpan s_rootLifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan s_serverLifetime = TimeSpan.FromDays(397);
    private static readonly TimeSpan s_thingLifetime = TimeSpan.FromDays(1825);

    private readonly X509Certificate2 _root;
    private readonly TimeProvider _time;

    private CertificateAuthority(X509Certificate2 root, TimeProvider time)
    {
        _root = root;
        _time = time;
    }

    /// <summary>The root certificate, PEM.</summary>
    public string RootPem => _root.ExportCertificatePem();

    /// <summary>Opens the CA of a folder, or makes it.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The CA.</returns>
    public static CertificateAuthority Open(string folder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        string certificatePath = Path.Combine(folder, "ca.pem");
        string keyPath = Path.Combine(folder, "ca.key");
        if (File.Exists(certificatePath) && File.Exists(keyPath))
        {
            try
            {
                return new CertificateAuthority(X509Certificate2.CreateFromPemFile(certificatePath, keyPath), time);
            }
            catch (CryptographicException exception)
            {
                throw new CloudException(ErrorCodes.DataNotWritable, $"{certificatePath} and {keyPath} are no certificate and key: {exception.Message}", exception);
            }
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=nanoIoT CA " + RandomNumberGenerator.GetHexString(8, true), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = time.GetUtcNow();
        X509Certificate2 root = request.CreateSelfSigned(now.AddDays(-1), now + s_rootLifetime);

        // The key first: a certificate without its key would be taken for a CA that lost it.
        PrivateFile.Write(keyPath, key.ExportPkcs8PrivateKeyPem());
        PrivateFile.Write(certificatePath, root.ExportCertificatePem());
        return new CertificateAuthority(root, time);
    }

    /// <summary>Makes the server's certificate.</summary>
    /// <param name="names">Host names and addresses it is for.</param>
    /// <returns>The certificate with its key.</returns>
    public X509Certificate2 CreateServerCertificate(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=nanoIoT", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using X509Certificate2 certificate = Issue(request, s_serverLifetime);
        using X509Certificate2 withKey = certificate.CopyWithPrivateKey(key);

        // Through PKCS #12, because Windows does not serve TLS with a key that is in memory alone.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    /// <summary>Signs a thing's certificate signing request.</summary>
    /// <param name="thingName">The thing, which becomes the common name.</param>
    /// <param name="csrPem">The request, PEM, P-256 or better; its subject is not used.</param>
    /// <returns>The certificate, PEM, and its id: SHA-256 of the DER.</returns>
    /// <exception cref="CloudException">The request is none, or its signature is wrong.</exception>
    public (string Pem, string CertificateId) IssueForThing(string thingName, string csrPem)
    {
        if (!Contract.IsValidName(thingName))
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "thingName: 1 to 128 of a-z A-Z 0-9 : _ -");
        }

        CertificateRequest sent;
        try
        {
            sent = CertificateRequest.LoadSigningRequestPem(csrPem, HashAlgorithmName.SHA256);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "csr: not a PEM certificate signing request with a valid signature", exception);
        }

        var request = new CertificateRequest(new X500DistinguishedName("CN=" + thingName), sent.PublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientAuthentication)], false));
        using X509Certificate2 certificate = Issue(request, s_thingLifetime);
        return (certificate.ExportCertificatePem(), CertificateIdOf(certificate));
    }

    /// <summary>Whether a client's certificate is one of this CA's, in its time.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="reason">Why not.</param>
    /// <returns>True where it is.</returns>
    public bool Verify(X509Certificate2 certificate, out string reason)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = _time.GetLocalNow().DateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        bool valid = chain.Build(certificate);
        reason = valid ? string.Empty : string.Join(", ", chain.ChainStatus.Select(status => status.Status.ToString()).Distinct());
        return valid;
    }

    /// <summary>A certificate's id: SHA-256 of its DER, 64 hexadecimal digits, as AWS IoT's.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>The id.</returns>
    public static string CertificateIdOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span));
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    private X509Certificate2 Issue(CertificateRequest request, TimeSpan lifetime)
    {
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset end = now + lifetime;
        if (end > _root.NotAfter)
        {
            end = _root.NotAfter;
        }

        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, true, false));
        byte[] serial = Convert.FromHexString("00" + RandomNumberGenerator.GetHexString(30, true).ToString(CultureInfo.InvariantCulture));
        return request.Create(_root, now.AddDays(-1), end, serial);
    }
}
