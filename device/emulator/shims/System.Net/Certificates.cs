using System.Runtime.CompilerServices;
using NanoIoT.Emulator.Hosting;

[assembly: InternalsVisibleTo("System.Net.Http")]
[assembly: InternalsVisibleTo("nanoFramework.M2Mqtt")]

namespace System.Net.Security
{
    /// <summary>TLS versions, with the board's numbers.</summary>
    public enum SslProtocols
    {
        None = 0,
        Tls = 192,
        Tls11 = 768,
        Tls12 = 3072,
        Tls13 = 12288,
    }

    /// <summary>How a peer is checked.</summary>
    public enum SslVerification
    {
        NoVerification = 1,
        VerifyPeer = 2,
        CertificateRequired = 4,
        VerifyClientOnce = 8,
    }
}

namespace System.Security.Cryptography.X509Certificates
{
    /// <summary>A certificate, PEM or DER.</summary>
    public class X509Certificate
    {
        protected DateTime _effectiveDate;
        protected DateTime _expirationDate;
        protected byte[] _handle;
        protected byte[] _sessionHandle;
        protected string _issuer;
        protected string _subject;

        public X509Certificate()
        {
        }

        public X509Certificate(byte[] certificate)
        {
            Open(certificate);
        }

        public X509Certificate(string certificate)
            : this(NetText.GetBytes(certificate))
        {
        }

        public virtual string Issuer => _issuer;

        public virtual string Subject => _subject;

        /// <summary>The certificate as PEM, for the network.</summary>
        internal string Pem { get; private set; }

        public virtual DateTime GetEffectiveDate() => _effectiveDate;

        public virtual DateTime GetExpirationDate() => _expirationDate;

        public virtual byte[] GetRawCertData() => _handle;

        private void Open(byte[] certificate)
        {
            BoardHost.Current.ThrowIfStopped();
            NetCertificate parsed = NetCertificate.Parse(certificate);
            Pem = parsed.Pem;
            _handle = parsed.Raw;
            _issuer = parsed.Issuer;
            _subject = parsed.Subject;
            _effectiveDate = parsed.NotBefore;
            _expirationDate = parsed.NotAfter;
        }
    }

    /// <summary>A certificate with its private key.</summary>
    public class X509Certificate2 : X509Certificate
    {
        public X509Certificate2()
        {
        }

        public X509Certificate2(byte[] rawData)
            : base(rawData)
        {
        }

        public X509Certificate2(string certificate)
            : base(certificate)
        {
        }

        public X509Certificate2(byte[] rawData, byte[] key, string password)
            : base(rawData)
        {
            PrivateKey = key;
        }

        public X509Certificate2(byte[] rawData, string key, string password)
            : this(rawData, NetText.GetBytes(key), password)
        {
        }

        public X509Certificate2(string rawData, string key, string password)
            : this(NetText.GetBytes(rawData), NetText.GetBytes(key), password)
        {
        }

        public DateTime NotAfter => _expirationDate;

        public DateTime NotBefore => _effectiveDate;

        public bool HasPrivateKey => PrivateKey != null;

        public byte[] PrivateKey { get; }

        public byte[] PublicKey => _handle;

        public byte[] RawData => _handle;

        /// <summary>The private key as PEM, for the network.</summary>
        internal string KeyPem => PrivateKey == null ? null : NetText.GetString(PrivateKey, 0, PrivateKey.Length);
    }
}
