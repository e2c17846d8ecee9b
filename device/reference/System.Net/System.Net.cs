// Signatures of System.Net 1.11.60.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("1.11.60.0")]

namespace System.Net.Security
{
    public enum SslProtocols : int
    {
        None = 0,
        Tls = 192,
        Tls11 = 768,
        Tls12 = 3072,
        Tls13 = 12288,
    }

    public enum SslVerification : int
    {
        NoVerification = 1,
        VerifyPeer = 2,
        CertificateRequired = 4,
        VerifyClientOnce = 8,
    }
}

namespace System.Security.Cryptography.X509Certificates
{
    public class X509Certificate
    {
        public X509Certificate() => throw null;
        public X509Certificate(byte[] certificate) => throw null;
        public X509Certificate(string certificate) => throw null;
        protected System.DateTime _effectiveDate;
        protected System.DateTime _expirationDate;
        protected byte[] _handle;
        protected byte[] _sessionHandle;
        protected string _issuer;
        protected string _subject;
        public virtual System.DateTime GetEffectiveDate() => throw null;
        public virtual System.DateTime GetExpirationDate() => throw null;
        public virtual byte[] GetRawCertData() => throw null;
        public virtual string Issuer { get => throw null; }
        public virtual string Subject { get => throw null; }
    }

    public class X509Certificate2 : System.Security.Cryptography.X509Certificates.X509Certificate
    {
        public System.DateTime NotAfter { get => throw null; }
        public System.DateTime NotBefore { get => throw null; }
        public bool HasPrivateKey { get => throw null; }
        public byte[] PrivateKey { get => throw null; }
        public byte[] PublicKey { get => throw null; }
        public byte[] RawData { get => throw null; }
        public X509Certificate2() => throw null;
        public X509Certificate2(byte[] rawData) => throw null;
        public X509Certificate2(byte[] rawData, byte[] key, string password) => throw null;
        public X509Certificate2(byte[] rawData, string key, string password) => throw null;
        public X509Certificate2(string certificate) => throw null;
        public X509Certificate2(string rawData, string key, string password) => throw null;
    }
}
