using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Identity;

namespace NanoIoT.Cloud.Hosting;

/// <summary>
/// The certificate that the listeners show. It is renewed while the service runs: the first handshake after two thirds of its
/// lifetime gets a new one, and connections that are open go on.
/// </summary>
internal sealed class ServerCertificates : IDisposable
{
    private readonly CertificateAuthority _authority;
    private readonly string[] _names;
    private readonly CertificateWatch _watch;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<X509Certificate2> _issued = [];
    private SslStreamCertificateContext? _current;
    private DateTimeOffset _renewal;

    /// <summary>Creates the source; the first certificate is issued when it is asked for.</summary>
    /// <param name="authority">Who signs.</param>
    /// <param name="names">Host names and addresses that certificates are for.</param>
    /// <param name="watch">Told when certificates expire.</param>
    /// <param name="time">The clock.</param>
    public ServerCertificates(CertificateAuthority authority, string[] names, CertificateWatch watch, TimeProvider time)
    {
        _authority = authority;
        _names = names;
        _watch = watch;
        _time = time;
    }

    /// <summary>The certificate and its issuer, for a handshake that begins now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            DateTimeOffset now = _time.GetUtcNow();
            lock (_lock)
            {
                return _current is null || now >= _renewal ? Issue(now) : _current;
            }
        }
    }

    public void Dispose()
    {
        foreach (X509Certificate2 certificate in _issued)
        {
            certificate.Dispose();
        }
    }

    private static DateTimeOffset EndOf(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    private SslStreamCertificateContext Issue(DateTimeOffset now)
    {
        if (_current is not null && EndOf(_authority.Issuing) <= now)
        {
            // Whatever the issuing CA signs is as expired as it is itself; the log and the health say so.
            return _current;
        }

        X509Certificate2 certificate = _authority.CreateServerCertificate(_names);
        _issued.Add(certificate);
        DateTimeOffset end = EndOf(certificate);
        _watch.Set("of the server", end);
        _renewal = now + ((end - now) * (2.0 / 3));
        _current = SslStreamCertificateContext.Create(certificate, [_authority.Issuing], offline: true);
        return _current;
    }
}
