using System.Runtime.CompilerServices;
using NanoIoT.Emulator.Hosting;

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
}
