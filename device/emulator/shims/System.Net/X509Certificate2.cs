using System.Runtime.CompilerServices;
using NanoIoT.Emulator.Hosting;

namespace System.Security.Cryptography.X509Certificates
{
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
