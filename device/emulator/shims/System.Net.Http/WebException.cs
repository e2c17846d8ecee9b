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
    /// <summary>A request that got no answer.</summary>
    public class WebException : InvalidOperationException
    {
        public WebException()
        {
        }

        public WebException(string message)
            : base(message)
        {
        }

        public WebException(string message, Exception innerException)
            : base(message, innerException)
        {
        }

        public WebException(string message, WebExceptionStatus status)
            : base(message)
        {
            Status = status;
        }

        public WebException(string message, Exception inner, WebExceptionStatus status, WebResponse response)
            : base(message, inner)
        {
            Status = status;
            Response = response;
        }

        public WebExceptionStatus Status { get; }

        public WebResponse Response { get; }
    }
}
