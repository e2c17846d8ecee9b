// Signatures of System.IO.Streams 1.1.96.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("1.1.96.0")]

namespace System.IO
{
    public class MemoryStream : System.IO.Stream
    {
        public MemoryStream() => throw null;
        public MemoryStream(byte[] buffer) => throw null;
        public MemoryStream(byte[] buffer, bool isWritable) => throw null;
        public override bool CanRead { get => throw null; }
        public override bool CanSeek { get => throw null; }
        public override bool CanWrite { get => throw null; }
        public override int Read(byte[] buffer, int offset, int count) => throw null;
        public override int ReadByte() => throw null;
        public override long Length { get => throw null; }
        public override long Position { get => throw null; set => throw null; }
        public override long Seek(long offset, System.IO.SeekOrigin origin) => throw null;
        public override void Flush() => throw null;
        public override void SetLength(long value) => throw null;
        public override void Write(byte[] buffer, int offset, int count) => throw null;
        public override void WriteByte(byte value) => throw null;
        protected override void Dispose(bool disposing) => throw null;
        public virtual byte[] GetBuffer() => throw null;
        public virtual byte[] ToArray() => throw null;
        public virtual void WriteTo(System.IO.Stream stream) => throw null;
    }

    public enum SeekOrigin : int
    {
        Begin = 0,
        Current = 1,
        End = 2,
    }

    public abstract class Stream : System.MarshalByRefObject, System.IDisposable
    {
        public abstract bool CanRead { get; }
        public abstract bool CanSeek { get; }
        public abstract bool CanWrite { get; }
        public abstract int Read(byte[] buffer, int offset, int count);
        public abstract long Length { get; }
        public abstract long Position { get; set; }
        public abstract long Seek(long offset, System.IO.SeekOrigin origin);
        public abstract void Flush();
        public abstract void SetLength(long value);
        public abstract void Write(byte[] buffer, int offset, int count);
        protected Stream() => throw null;
        protected virtual void Dispose(bool disposing) => throw null;
        public virtual bool CanTimeout { get => throw null; }
        public virtual int ReadByte() => throw null;
        public virtual int ReadTimeout { get => throw null; set => throw null; }
        public virtual int WriteTimeout { get => throw null; set => throw null; }
        public virtual void Close() => throw null;
        public virtual void WriteByte(byte value) => throw null;
        public void CopyTo(System.IO.Stream destination) => throw null;
        public void Dispose() => throw null;
    }
}
