using NanoIoT.Emulator.Hosting;
using System.Runtime.CompilerServices;

namespace System.IO
{
    /// <summary>
    /// An open file. As littlefs on an ESP32: what is written stays in memory, Flush included, until the file is closed,
    /// and is then there all at once.
    /// </summary>
    public class FileStream : Stream
    {
        private readonly MemoryStream _content = new MemoryStream();
        private readonly FileAccess _access;
        private bool _changed;
        private bool _closed;

        public FileStream(string path, FileMode mode)
            : this(path, mode, mode == FileMode.Append ? FileAccess.Write : FileAccess.ReadWrite)
        {
        }

        public FileStream(string path, FileMode mode, FileAccess access)
        {
            Name = path;
            _access = access;
            byte[] content = Drive.Files.Read(path);
            if ((mode == FileMode.Open || mode == FileMode.Truncate) && content == null)
            {
                throw new IOException("File not found");
            }

            if (mode == FileMode.CreateNew && content != null)
            {
                throw new IOException("File exists");
            }

            if (mode == FileMode.Create || mode == FileMode.Truncate || content == null)
            {
                // A new or emptied file is there, empty, from now on.
                Drive.Files.Commit(path, Array.Empty<byte>());
                content = Array.Empty<byte>();
            }

            if ((access & FileAccess.Write) != 0)
            {
                Drive.Files.BeginChange(path);
            }

            _content.Write(content, 0, content.Length);
            _content.Position = mode == FileMode.Append ? content.Length : 0;
        }

        public FileStream(string path, FileMode mode, FileAccess access, FileShare share)
            : this(path, mode, access)
        {
        }

        public FileStream(string path, FileMode mode, FileAccess access, FileShare share, int bufferSize)
            : this(path, mode, access)
        {
        }

        public override bool CanRead => (_access & FileAccess.Read) != 0;

        public override bool CanSeek => true;

        public override bool CanWrite => (_access & FileAccess.Write) != 0;

        public override long Length => _content.Length;

        public override long Position
        {
            get => _content.Position;
            set => _content.Position = value;
        }

        public string Name { get; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            BoardHost.Current.ThrowIfStopped();
            return CanRead ? _content.Read(buffer, offset, count) : throw new NotSupportedException();
        }

        public override int ReadByte()
        {
            BoardHost.Current.ThrowIfStopped();
            return _content.ReadByte();
        }

        public override long Seek(long offset, SeekOrigin origin) => _content.Seek(offset, origin);

        public override void Flush() => BoardHost.Current.ThrowIfStopped();

        public override void SetLength(long value)
        {
            _content.SetLength(value);
            _changed = true;
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            BoardHost.Current.ThrowIfStopped();
            if (!CanWrite)
            {
                throw new NotSupportedException();
            }

            _content.Write(buffer, offset, count);
            _changed = true;
        }

        public override void WriteByte(byte value) => Write(new[] { value }, 0, 1);

        public override void Close() => Dispose(true);

        protected override void Dispose(bool disposing)
        {
            if (!_closed)
            {
                _closed = true;
                if (_changed)
                {
                    Drive.Files.Commit(Name, _content.ToArray());
                }
            }

            base.Dispose(disposing);
        }
    }
}
