using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NanoIoT.Emulator.Hosting;

/// <summary>What the emulator's X509Certificate shows of a certificate.</summary>
/// <param name="Pem">The certificate, PEM.</param>
/// <param name="Raw">The certificate, DER.</param>
/// <param name="Issuer">Who issued it.</param>
/// <param name="Subject">Whom it names.</param>
/// <param name="NotBefore">Its first moment, UTC.</param>
/// <param name="NotAfter">Its last moment, UTC.</param>
public sealed record NetCertificate(string Pem, byte[] Raw, string Issuer, string Subject, DateTime NotBefore, DateTime NotAfter)
{
    /// <summary>Reads a certificate.</summary>
    /// <param name="data">PEM or DER.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="ArgumentException">The data is no certificate.</exception>
    public static NetCertificate Parse(byte[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        try
        {
            bool isPem = data.AsSpan().IndexOf("-----BEGIN"u8) >= 0;
            using X509Certificate2 certificate = isPem
                ? X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(data))
                : X509CertificateLoader.LoadCertificate(data);
            return new NetCertificate(
                certificate.ExportCertificatePem(),
                certificate.RawData,
                certificate.Issuer,
                certificate.Subject,
                certificate.NotBefore.ToUniversalTime(),
                certificate.NotAfter.ToUniversalTime());
        }
        catch (System.Security.Cryptography.CryptographicException exception)
        {
            throw new ArgumentException("not a certificate", nameof(data), exception);
        }
    }
}
