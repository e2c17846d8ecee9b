using System.Runtime.CompilerServices;
using NanoIoT.Emulator.Hosting;

namespace System.Net.Security
{
    /// <summary>How a peer is checked.</summary>
    public enum SslVerification
    {
        NoVerification = 1,
        VerifyPeer = 2,
        CertificateRequired = 4,
        VerifyClientOnce = 8,
    }
}
