using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace NanoIoT.Emulator.Network;

/// <summary>Trusts one CA, as a board does: the machine's own store has no say.</summary>
internal static class PinnedTrust
{
    /// <summary>A callback that accepts servers whose chain ends in the CA and whose name is right.</summary>
    public static RemoteCertificateValidationCallback Validator(string? caPem)
    {
        if (caPem is null)
        {
#pragma warning disable CA5359 // A program that names no CA gets no check on a board either; the agent always names one.
            return (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        X509Certificate2 ca = X509Certificate2.CreateFromPem(caPem);
        return (_, certificate, sent, errors) =>
        {
            if (certificate is not X509Certificate2 server || (errors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) != 0)
            {
                return false;
            }

            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(ca);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;

            // As mbedTLS: the CAs between come with the server's certificate.
            chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
            return chain.Build(server);
        };
    }
}
