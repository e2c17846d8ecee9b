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

    public class StreamReader : System.IO.TextReader
    {
        public bool EndOfStream { get => throw null; }
        public StreamReader(System.IO.Stream stream, bool leaveOpen = false) => throw null;
        public override int Peek() => throw null;
        public override int Read() => throw null;
        public override int Read(char[] buffer, int index, int count) => throw null;
        public override string ReadLine() => throw null;
        public override string ReadToEnd() => throw null;
        public override void Close() => throw null;
        protected override void Dispose(bool disposing) => throw null;
        public virtual System.IO.Stream BaseStream { get => throw null; }
        public virtual System.Text.Encoding CurrentEncoding { get => throw null; }
    }

    public class StreamWriter : System.IO.TextWriter
    {
        public StreamWriter(System.IO.Stream stream, bool leaveOpen = false) => throw null;
        public override System.Text.Encoding Encoding { get => throw null; }
        public override string NewLine { get => throw null; set => throw null; }
        public override void Close() => throw null;
        public override void Flush() => throw null;
        public override void Write(char value) => throw null;
        public override void Write(string value) => throw null;
        public override void WriteLine() => throw null;
        public override void WriteLine(string value) => throw null;
        protected override void Dispose(bool disposing) => throw null;
        public virtual System.IO.Stream BaseStream { get => throw null; }
    }

    public abstract class TextReader : System.MarshalByRefObject, System.IDisposable
    {
        protected TextReader() => throw null;
        protected virtual void Dispose(bool disposing) => throw null;
        public virtual int Peek() => throw null;
        public virtual int Read() => throw null;
        public virtual int Read(char[] buffer, int index, int count) => throw null;
        public virtual int ReadBlock(char[] buffer, int index, int count) => throw null;
        public virtual string ReadLine() => throw null;
        public virtual string ReadToEnd() => throw null;
        public virtual void Close() => throw null;
        public void Dispose() => throw null;
    }

    public abstract class TextWriter : System.MarshalByRefObject, System.IDisposable
    {
        public abstract System.Text.Encoding Encoding { get; }
        protected char[] CoreNewLine;
        protected TextWriter() => throw null;
        protected virtual void Dispose(bool disposing) => throw null;
        public virtual string NewLine { get => throw null; set => throw null; }
        public virtual void Close() => throw null;
        public virtual void Flush() => throw null;
        public virtual void Write(bool value) => throw null;
        public virtual void Write(char value) => throw null;
        public virtual void Write(char[] buffer) => throw null;
        public virtual void Write(char[] buffer, int index, int count) => throw null;
        public virtual void Write(double value) => throw null;
        public virtual void Write(float value) => throw null;
        public virtual void Write(int value) => throw null;
        public virtual void Write(long value) => throw null;
        public virtual void Write(object value) => throw null;
        public virtual void Write(string value) => throw null;
        public virtual void Write(uint value) => throw null;
        public virtual void Write(ulong value) => throw null;
        public virtual void WriteLine() => throw null;
        public virtual void WriteLine(bool value) => throw null;
        public virtual void WriteLine(char value) => throw null;
        public virtual void WriteLine(char[] buffer) => throw null;
        public virtual void WriteLine(char[] buffer, int index, int count) => throw null;
        public virtual void WriteLine(double value) => throw null;
        public virtual void WriteLine(float value) => throw null;
        public virtual void WriteLine(int value) => throw null;
        public virtual void WriteLine(long value) => throw null;
        public virtual void WriteLine(object value) => throw null;
        public virtual void WriteLine(string value) => throw null;
        public virtual void WriteLine(uint value) => throw null;
        public virtual void WriteLine(ulong value) => throw null;
        public void Dispose() => throw null;
    }
}
