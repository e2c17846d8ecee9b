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
    /// <summary>Bytes before a stream.</summary>
    internal sealed class PrefixedStream : Stream
    {
        private readonly MemoryStream _prefix;
        private readonly Stream _rest;

        public PrefixedStream(byte[] prefix, Stream rest)
        {
            _prefix = new MemoryStream(prefix);
            _rest = rest;
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = _prefix.Read(buffer, offset, count);
            return read > 0 ? read : _rest.Read(buffer, offset, count);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
