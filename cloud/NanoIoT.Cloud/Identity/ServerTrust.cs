using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Identity;

/// <summary>Whom the service trusts where it is a client of TLS: CA certificates of a file, or the machine's and, where there is one, a CA of its own.</summary>
internal sealed class ServerTrust : IDisposable
{
    private readonly X509Certificate2Collection _trusted = [];
    private readonly bool _trustsMachine;

    /// <summary>Reads the certificates.</summary>
    /// <param name="file">PEM certificates: then those alone; or null.</param>
    /// <param name="ownPem">A CA that is trusted besides the machine's where there is no file; or null.</param>
    /// <exception cref="CloudException">The file holds none.</exception>
    public ServerTrust(string? file, string? ownPem)
    {
        _trustsMachine = file is null;
        try
        {
            if (file is not null)
            {
                _trusted.ImportFromPemFile(file);
            }
            else if (ownPem is not null)
            {
                _trusted.ImportFromPem(ownPem);
            }
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"The CA certificates cannot be read: {exception.Message}", exception);
        }

        if (file is not null && _trusted.Count == 0)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"{file} holds no certificate.");
        }
    }

    /// <summary>Whether a server is who it says.</summary>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="presented">What it was sent with.</param>
    /// <param name="errors">What .NET finds wrong with it.</param>
    /// <returns>True where it is trusted.</returns>
    [SuppressMessage("Security", "CA5359", Justification = "The name is checked by .NET, the chain here against the CAs asked for.")]
    public bool IsTrusted(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors) => certificate is not null && errors switch
    {
        SslPolicyErrors.None => _trustsMachine || IsBelowTrusted(certificate, presented),
        SslPolicyErrors.RemoteCertificateChainErrors => IsBelowTrusted(certificate, presented),
        _ => false,
    };

    public void Dispose()
    {
        foreach (X509Certificate2 certificate in _trusted)
        {
            certificate.Dispose();
        }
    }

    private bool IsBelowTrusted(X509Certificate certificate, X509Chain? presented)
    {
        if (_trusted.Count == 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_trusted);
        chain.ChainPolicy.ExtraStore.AddRange(presented?.ChainElements.Select(element => element.Certificate).ToArray() ?? []);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        using var server = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(server);
    }
}
