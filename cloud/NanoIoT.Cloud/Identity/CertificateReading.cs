using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Identity;

/// <summary>Reads certificates as users send them, and what policies see of them.</summary>
internal static class CertificateReading
{
    private static readonly Dictionary<string, string> s_names = new(StringComparer.Ordinal)
    {
        ["2.5.4.3"] = "CommonName",
        ["2.5.4.4"] = "Surname",
        ["2.5.4.5"] = "SerialNumber",
        ["2.5.4.6"] = "Country",
        ["2.5.4.8"] = "State",
        ["2.5.4.10"] = "Organization",
        ["2.5.4.11"] = "OrganizationalUnit",
        ["2.5.4.12"] = "Title",
        ["2.5.4.42"] = "GivenName",
        ["2.5.4.43"] = "Initials",
        ["2.5.4.44"] = "GenerationQualifier",
        ["2.5.4.46"] = "DistinguishedNameQualifier",
        ["2.5.4.65"] = "Pseudonym",
    };

    /// <summary>Whether a subject or issuer may have a part that policies can name.</summary>
    public static bool IsPart(string name) => s_names.Values.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a certificate, PEM.</summary>
    /// <exception cref="CloudException">It is none.</exception>
    public static X509Certificate2 Parse(string pem, string parameter)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException exception)
        {
            throw new CloudException(ErrorCodes.CertificateValidation, $"{parameter}: not a PEM certificate", exception);
        }
    }

    public static long Seconds(DateTime time) => new DateTimeOffset(time.ToUniversalTime()).ToUnixTimeSeconds();

    /// <summary>Whether a CA's key signed a certificate.</summary>
    public static bool IsSignedBy(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid | X509VerificationFlags.AllowUnknownCertificateAuthority;
        bool built = chain.Build(certificate);
        return built && chain.ChainElements.Count > 1 && chain.ChainElements[1].Certificate.RawDataMemory.Span.SequenceEqual(authority.RawDataMemory.Span)
            && chain.ChainStatus.All(status => status.Status is X509ChainStatusFlags.NoError or X509ChainStatusFlags.NotTimeValid or X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain);
    }

    /// <summary>The parts of a certificate that policies may name: <c>Subject.CommonName</c>, ….</summary>
    public static Dictionary<string, string> Describe(X509Certificate2 certificate)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["SerialNumber"] = certificate.SerialNumber.ToLowerInvariant() };
        Add(parts, "Subject.", certificate.SubjectName);
        Add(parts, "Issuer.", certificate.IssuerName);
        return parts;
    }

    /// <summary>The common name in a subject, or null where it has none.</summary>
    public static string? CommonNameOf(X500DistinguishedName subject)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(parts, string.Empty, subject);
        return parts.GetValueOrDefault("CommonName");
    }

    private static void Add(Dictionary<string, string> parts, string prefix, X500DistinguishedName name)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (X500RelativeDistinguishedName item in name.EnumerateRelativeDistinguishedNames(false))
        {
            if (item.HasMultipleElements || item.GetSingleElementType().Value is not string oid || !s_names.TryGetValue(oid, out string? part) || item.GetSingleElementValue() is not string value)
            {
                continue;
            }

            int count = counts.GetValueOrDefault(part);
            counts[part] = count + 1;
            parts.TryAdd(prefix + part, value);
            parts[$"{prefix}{part}.{count}"] = value;
        }
    }
}
