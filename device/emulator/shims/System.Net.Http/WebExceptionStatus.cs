extern alias nano;

using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using NanoIoT.Emulator.Hosting;
using SslProtocols = nano::System.Net.Security.SslProtocols;
using SslVerification = nano::System.Net.Security.SslVerification;
using X509Certificate = nano::System.Security.Cryptography.X509Certificates.X509Certificate;

namespace System.Net
{
    /// <summary>What went wrong with a request.</summary>
    public enum WebExceptionStatus
    {
        Success = 0,
        NameResolutionFailure = 1,
        ConnectFailure = 2,
        ReceiveFailure = 3,
        SendFailure = 4,
        PipelineFailure = 5,
        RequestCanceled = 6,
        ProtocolError = 7,
        ConnectionClosed = 8,
        TrustFailure = 9,
        SecureChannelFailure = 10,
        ServerProtocolViolation = 11,
        KeepAliveFailure = 12,
        Pending = 13,
        Timeout = 14,
        ProxyNameResolutionFailure = 15,
    }
}
