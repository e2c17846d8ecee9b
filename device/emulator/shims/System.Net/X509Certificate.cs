using System.Runtime.CompilerServices;
using NanoIoT.Emulator.Hosting;

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
}
