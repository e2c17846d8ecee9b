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
    /// <summary>A request.</summary>
    public abstract class WebRequest : MarshalByRefObject, IDisposable
    {
        public virtual Uri RequestUri => throw new NotSupportedException();

        public virtual WebHeaderCollection Headers { get; set; }

        public virtual int Timeout { get; set; }

        public virtual long ContentLength { get; set; }

        public virtual string ConnectionGroupName { get; set; }

        public virtual string ContentType { get; set; }

        public virtual string Method { get; set; }

        public static WebRequest Create(string requestUriString) => Create(new Uri(requestUriString));

        public static WebRequest Create(Uri requestUri)
        {
            BoardHost.Current.ThrowIfStopped();
            return requestUri.Scheme == "http" || requestUri.Scheme == "https"
                ? new HttpWebRequest(requestUri)
                : throw new NotSupportedException();
        }

        public static void Initialize()
        {
        }

        public virtual Stream GetRequestStream() => throw new NotSupportedException();

        public virtual WebResponse GetResponse() => throw new NotSupportedException();

        public void Dispose() => Dispose(true);

        protected virtual void Dispose(bool disposing)
        {
        }
    }
}
