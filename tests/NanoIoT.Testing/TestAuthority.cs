using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NanoIoT.Testing;

/// <summary>A user's own CA, and certificates of boards that it signs.</summary>
public static class TestAuthority
{
    /// <summary>Creates a CA.</summary>
    /// <param name="name">Its common name.</param>
    /// <param name="key">Its key.</param>
    /// <returns>The certificate.</returns>
    public static X509Certificate2 Create(string name, ECDsa key)
    {
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    /// <summary>Issues a client certificate.</summary>
    /// <param name="ca">The CA.</param>
    /// <param name="caKey">The CA's key.</param>
    /// <param name="name">The common name.</param>
    /// <returns>The certificate with a key of its own.</returns>
    public static X509Certificate2 Issue(X509Certificate2 ca, ECDsa caKey, string name)
    {
        ArgumentNullException.ThrowIfNull(ca);
        ArgumentNullException.ThrowIfNull(caKey);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using X509Certificate2 certificate = request.Create(
            ca.SubjectName,
            X509SignatureGenerator.CreateForECDsa(caKey),
            DateTimeOffset.UtcNow.AddHours(-1),
            DateTimeOffset.UtcNow.AddDays(1),
            RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }
}
