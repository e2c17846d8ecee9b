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
    /// <summary>An answer.</summary>
    public abstract class WebResponse : MarshalByRefObject, IDisposable
    {
        public virtual Uri ResponseUri => throw new NotSupportedException();

        public virtual WebHeaderCollection Headers => throw new NotSupportedException();

        public virtual long ContentLength { get; set; }

        public virtual string ContentType { get; set; }

        public virtual Stream GetResponseStream() => throw new NotSupportedException();

        public virtual void Close()
        {
        }

        public void Dispose() => Dispose(true);

        protected virtual void Dispose(bool disposing) => Close();
    }
}
