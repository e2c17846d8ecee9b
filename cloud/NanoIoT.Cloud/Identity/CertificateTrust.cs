using System.Security.Cryptography.X509Certificates;

namespace NanoIoT.Cloud.Identity;

/// <summary>
/// Which client certificates get through the TLS handshake: those that are registered, whoever signed them, those of the
/// built-in CA, and those of a registered CA that registers its certificates by themselves. Whether the certificate is
/// active is asked at CONNECT and at each request.
/// </summary>
/// <param name="identities">What is registered.</param>
/// <param name="authority">The built-in CA.</param>
/// <param name="time">The clock.</param>
public sealed class CertificateTrust(IdentityStore identities, CertificateAuthority authority, TimeProvider time)
{
    /// <summary>Whether a handshake with a certificate goes on.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="reason">Why not.</param>
    /// <returns>True where it does.</returns>
    public bool Verify(X509Certificate2 certificate, out string reason)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        DateTime now = time.GetLocalNow().DateTime;
        if (now < certificate.NotBefore || now > certificate.NotAfter)
        {
            reason = nameof(X509ChainStatusFlags.NotTimeValid);
            return false;
        }

        if (identities.Find(CertificateAuthority.CertificateIdOf(certificate)) is not null || FindAuthority(certificate) is { AutoRegistration: true })
        {
            reason = string.Empty;
            return true;
        }

        return authority.Verify(certificate, out reason);
    }

    /// <summary>The active registered CA that signed a certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>The CA, or null.</returns>
    public CaCertificate? FindAuthority(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        foreach (CaCertificate candidate in identities.CaCertificates.Range().Where(item => item.Status == CertificateStatus.Active))
        {
            using X509Certificate2 ca = X509Certificate2.CreateFromPem(candidate.Pem);
            if (ca.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData) && CertificateReading.IsSignedBy(certificate, ca))
            {
                return candidate;
            }
        }

        return null;
    }
}
