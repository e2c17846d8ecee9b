using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Identity;

/// <summary>
/// The built-in CA of the embedded default: a P-256 root made on first start, an issuing CA below it that signs everything
/// else, a server certificate renewed at each start, and a certificate for each device. Devices trust the root, whose key
/// (<c>ca.key</c>) is needed again only when the issuing CA ends: it may be kept elsewhere until then. Keys are files only
/// their owner may read.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>The service's common name at other brokers: no thing's name, as <c>$</c> is none of its characters.</summary>
    internal const string ServiceName = "$nanoiot";

    /// <summary>The common name of a device whose thing is not known yet: no thing's name, as it has a space.</summary>
    internal const string DeviceName = "nanoIoT device";

    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const int MinimumRsaBits = 2048;
    private static readonly TimeSpan s_rootLifetime = TimeSpan.FromDays(7300);
    private static readonly TimeSpan s_issuingLifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan s_issuingRenewal = TimeSpan.FromDays(1000);
    private static readonly TimeSpan s_serverLifetime = TimeSpan.FromDays(397);
    private static readonly TimeSpan s_thingLifetime = TimeSpan.FromDays(1825);

    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _issuing;
    private readonly IReadOnlyList<X509Certificate2> _former;
    private readonly TimeProvider _time;

    private CertificateAuthority(X509Certificate2 root, X509Certificate2 issuing, IReadOnlyList<X509Certificate2> former, TimeProvider time)
    {
        _root = root;
        _issuing = issuing;
        _former = former;
        _time = time;
    }

    /// <summary>The root certificate, PEM: what devices and users trust.</summary>
    public string RootPem => _root.ExportCertificatePem();

    /// <summary>The issuing certificate, which servers send with their own.</summary>
    public X509Certificate2 Issuing => _issuing;

    /// <summary>Root and issuing certificates, PEM, with the issuing CAs of earlier years, whose certificates boards may still hold.</summary>
    public string AllPem => string.Join('\n', new[] { _root, _issuing }.Concat(_former).Select(certificate => certificate.ExportCertificatePem()).Distinct()) + "\n";

    /// <summary>The certificates that end of themselves, with their files' names.</summary>
    internal IEnumerable<(string Name, DateTimeOffset NotAfter)> Ends => [("ca.pem", EndOf(_root)), ("issuing.pem", EndOf(_issuing))];

    /// <summary>Opens the CA of a folder, or makes it.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The CA.</returns>
    public static CertificateAuthority Open(string folder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        DateTimeOffset now = time.GetUtcNow();
        string rootPath = Path.Combine(folder, "ca.pem");
        string rootKeyPath = Path.Combine(folder, "ca.key");
        X509Certificate2 root = File.Exists(rootPath) ? Load(rootPath, rootKeyPath) : Create(rootPath, rootKeyPath, "nanoIoT CA", null, now.AddDays(-1), now + s_rootLifetime);
        RequireCurrent(root, rootPath, now, "Boards that trust it reject the service. Restore a valid CA, or start once with --init in an empty keys folder and provision the boards again.");
        if (root.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is { HasPathLengthConstraint: true, PathLengthConstraint: 0 })
        {
            // A root from before there was an issuing CA allows none below it, and signs by itself.
            return new CertificateAuthority(root, root, [], time);
        }

        string issuingPath = Path.Combine(folder, "issuing.pem");
        string issuingKeyPath = Path.Combine(folder, "issuing.key");
        X509Certificate2? issuing = File.Exists(issuingPath) ? Load(issuingPath, issuingKeyPath) : null;
        if (issuing is not { HasPrivateKey: true } || (issuing.NotAfter < (now + s_issuingRenewal).LocalDateTime && root.HasPrivateKey))
        {
            if (!root.HasPrivateKey)
            {
                throw new CloudException(ErrorCodes.KeysMissing, $"{issuingPath} or {issuingKeyPath} is missing, and so is {rootKeyPath}, which would sign a new one. Restore them from a backup.");
            }

            if (issuing is not null)
            {
                // Boards hold certificates of the old one for years.
                PrivateFile.Write(Path.Combine(folder, $"issuing-{issuing.Thumbprint[..16].ToLowerInvariant()}.pem"), issuing.ExportCertificatePem());
            }

            DateTimeOffset end = now + s_issuingLifetime;
            issuing = Create(issuingPath, issuingKeyPath, "nanoIoT issuing CA", root, now.AddDays(-1), end < root.NotAfter ? end : root.NotAfter);
        }

        RequireCurrent(issuing, issuingPath, now, $"Put {rootKeyPath} back: the next start then signs a new one.");
        X509Certificate2[] former = [.. Directory.EnumerateFiles(folder, "issuing-*.pem").Select(path => Load(path, string.Empty))];
        return new CertificateAuthority(root, issuing, former, time);
    }

    /// <summary>Opens the CA of a keys folder without the rest of a service, or creates it in a new folder.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The CA.</returns>
    /// <exception cref="CloudException">The folder was in use and lacks the CA, or the CA has expired.</exception>
    public static CertificateAuthority OpenFor(string folder, TimeProvider time)
    {
        FolderGuard.InspectCa(folder);
        return Open(folder, time);
    }

    /// <summary>Makes the server's certificate.</summary>
    /// <param name="names">Host names and addresses it is for.</param>
    /// <returns>The certificate with its key.</returns>
    public X509Certificate2 CreateServerCertificate(IEnumerable<string> names) => CreateServerCertificate(names, s_serverLifetime);

    /// <summary>Makes a server's certificate.</summary>
    /// <param name="names">Host names and addresses it is for.</param>
    /// <param name="lifetime">How long it is valid; not beyond the issuing CA's end.</param>
    /// <returns>The certificate with its key.</returns>
    public X509Certificate2 CreateServerCertificate(IEnumerable<string> names, TimeSpan lifetime)
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
        using X509Certificate2 certificate = Issue(request, lifetime);
        using X509Certificate2 withKey = certificate.CopyWithPrivateKey(key);

        // Through PKCS #12, because Windows does not serve TLS with a key that is in memory alone.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    /// <summary>Signs a thing's certificate signing request.</summary>
    /// <param name="thingName">The thing, which becomes the common name.</param>
    /// <param name="csrPem">The request, PEM; its subject is not used.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="CloudException">The request is none, or its signature is wrong.</exception>
    public X509Certificate2 IssueForThing(string thingName, string csrPem) => Contract.IsValidName(thingName)
        ? Issue(ReadRequest(csrPem).PublicKey, new X500DistinguishedName("CN=" + thingName), s_thingLifetime)
        : throw new CloudException(ErrorCodes.InvalidRequest, "thingName: 1 to 128 of a-z A-Z 0-9 : _ -");

    /// <summary>
    /// Signs a device's request. The common name is the service's to say, for other brokers know boards by it: what the request
    /// names itself becomes the subject's serial number.
    /// </summary>
    /// <param name="csrPem">The request, PEM.</param>
    /// <param name="thingName">The thing it will be, or null where that is not known yet.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="CloudException">The request is none, or its signature is wrong.</exception>
    public X509Certificate2 IssueForDevice(string csrPem, string? thingName)
    {
        if (thingName is not null)
        {
            return IssueForThing(thingName, csrPem);
        }

        CertificateRequest request = ReadRequest(csrPem);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(DeviceName);
        if (CertificateReading.CommonNameOf(request.SubjectName) is string name)
        {
            subject.Add("2.5.4.5", name, System.Formats.Asn1.UniversalTagNumber.UTF8String);
        }

        return Issue(request.PublicKey, subject.Build(), s_thingLifetime);
    }

    /// <summary>Signs a certificate signing request with its own subject, for whoever may say what that is.</summary>
    /// <param name="csrPem">The request, PEM: P-256, P-384, P-521 or RSA of at least 2,048 bits.</param>
    /// <param name="lifetime">How long the certificate is to be valid, or null for five years.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="CloudException">The request is none, or its signature is wrong.</exception>
    public X509Certificate2 Issue(string csrPem, TimeSpan? lifetime = null)
    {
        CertificateRequest request = ReadRequest(csrPem);
        if (request.SubjectName.Name.Contains(ServiceName, StringComparison.Ordinal))
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"The common name {ServiceName} is the service's own.");
        }

        X500DistinguishedName subject = request.SubjectName.Name.Length == 0 ? new X500DistinguishedName("CN=" + DeviceName) : request.SubjectName;
        return Issue(request.PublicKey, subject, lifetime ?? s_thingLifetime);
    }

    /// <summary>Makes a P-256 key and a certificate for it.</summary>
    /// <param name="commonName">The certificate's common name.</param>
    /// <param name="lifetime">How long the certificate is to be valid, or null for five years.</param>
    /// <returns>The certificate and the key's halves, PEM.</returns>
    public (X509Certificate2 Certificate, string PublicKey, string PrivateKey) IssueWithKey(string commonName, TimeSpan? lifetime = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + commonName, key, HashAlgorithmName.SHA256);
        return (Issue(request.PublicKey, request.SubjectName, lifetime ?? s_thingLifetime), key.ExportSubjectPublicKeyInfoPem(), key.ExportPkcs8PrivateKeyPem());
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
        chain.ChainPolicy.ExtraStore.Add(_issuing);
        chain.ChainPolicy.ExtraStore.AddRange(_former.ToArray());
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
    public void Dispose()
    {
        _root.Dispose();
        _issuing.Dispose();
        foreach (X509Certificate2 certificate in _former)
        {
            certificate.Dispose();
        }
    }

    private static DateTimeOffset EndOf(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    private static void RequireCurrent(X509Certificate2 certificate, string path, DateTimeOffset now, string advice)
    {
        if (EndOf(certificate) <= now)
        {
            throw new CloudException(ErrorCodes.CertificateExpired, $"{path} expired on {EndOf(certificate):yyyy-MM-dd}; it is {now:yyyy-MM-dd} by this machine's clock. {advice}");
        }
    }

    private static X509Certificate2 Load(string certificatePath, string keyPath)
    {
        try
        {
            return File.Exists(keyPath) ? X509Certificate2.CreateFromPemFile(certificatePath, keyPath) : X509CertificateLoader.LoadCertificateFromFile(certificatePath);
        }
        catch (CryptographicException exception)
        {
            throw new CloudException(
                ErrorCodes.KeysDamaged, $"{certificatePath} and {keyPath} are not a certificate and its key: {exception.Message} Restore them from a backup.", exception);
        }
    }

    /// <summary>Makes a CA; a root where there is no issuer.</summary>
    private static X509Certificate2 Create(string certificatePath, string keyPath, string name, X509Certificate2? issuer, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name} {RandomNumberGenerator.GetHexString(8, true)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, issuer is null ? 1 : 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        X509Certificate2 certificate;
        if (issuer is null)
        {
            certificate = request.CreateSelfSigned(from, to);
        }
        else
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
            using X509Certificate2 signed = request.Create(issuer, from, to, SerialNumber());
            certificate = signed.CopyWithPrivateKey(key);
        }

        // The key first: a certificate without its key would be taken for a CA that lost it.
        PrivateFile.Write(keyPath, key.ExportPkcs8PrivateKeyPem());
        PrivateFile.Write(certificatePath, certificate.ExportCertificatePem());
        return certificate;
    }

    private static byte[] SerialNumber() => Convert.FromHexString("00" + RandomNumberGenerator.GetHexString(30, true));

    private static CertificateRequest ReadRequest(string csrPem)
    {
        try
        {
            CertificateRequest request = CertificateRequest.LoadSigningRequestPem(csrPem, HashAlgorithmName.SHA256);
            using RSA? rsa = request.PublicKey.GetRSAPublicKey();
            using ECDsa? ecdsa = request.PublicKey.GetECDsaPublicKey();
            return rsa?.KeySize >= MinimumRsaBits || ecdsa?.KeySize is 256 or 384 or 521
                ? request
                : throw new CloudException(ErrorCodes.InvalidRequest, "csr: the key is not P-256, P-384, P-521 or RSA of at least 2,048 bits");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "csr: not a PEM certificate signing request with a valid signature", exception);
        }
    }

    private X509Certificate2 Issue(PublicKey key, X500DistinguishedName subject, TimeSpan lifetime)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientAuthentication)], false));
        return Issue(request, lifetime);
    }

    private X509Certificate2 Issue(CertificateRequest request, TimeSpan lifetime)
    {
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset end = now + lifetime;
        if (end > _issuing.NotAfter)
        {
            end = _issuing.NotAfter;
        }

        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_issuing, true, false));
        return request.Create(_issuing.SubjectName, X509SignatureGenerator.CreateForECDsa(_issuing.GetECDsaPrivateKey()!), now.AddDays(-1), end, SerialNumber());
    }
}
