using NanoIoT.Emulator.Hosting;
using System.Runtime.CompilerServices;

[assembly: TypeForwardedTo(typeof(System.IO.FileMode))]
[assembly: TypeForwardedTo(typeof(System.IO.FileAccess))]
[assembly: TypeForwardedTo(typeof(System.IO.FileShare))]
[assembly: TypeForwardedTo(typeof(System.IO.FileAttributes))]

namespace System.IO
{
    /// <summary>Files of the virtual board.</summary>
    public static class File
    {
        public static FileAttributes GetAttributes(string path) => Directory.Exists(path) ? FileAttributes.Directory : FileAttributes.Normal;

        public static void SetAttributes(string path, FileAttributes fileAttributes)
        {
        }

        public static FileStream Create(string path) => new FileStream(path, FileMode.Create, FileAccess.ReadWrite);

        public static FileStream Create(string path, int bufferSize) => Create(path);

        public static FileStream Open(string path, FileMode mode) => new FileStream(path, mode);

        public static FileStream Open(string path, FileMode mode, FileAccess access) => new FileStream(path, mode, access);

        public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share) => new FileStream(path, mode, access);

        public static FileStream OpenRead(string path) => new FileStream(path, FileMode.Open, FileAccess.Read);

        public static FileStream OpenWrite(string path) => new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);

        public static StreamReader OpenText(string path) => new StreamReader(OpenRead(path));

        public static StreamWriter AppendText(string path) => new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write));

        public static bool Exists(string path) => Drive.Files.FileExists(path);

        public static byte[] ReadAllBytes(string path) => Drive.Files.Read(path) ?? throw new IOException("File not found");

        public static string ReadAllText(string path)
        {
            byte[] bytes = ReadAllBytes(path);
            return NetText.GetString(bytes, 0, bytes.Length);
        }

        public static void AppendAllText(string path, string contents)
        {
            using var stream = new FileStream(path, FileMode.Append, FileAccess.Write);
            byte[] bytes = NetText.GetBytes(contents);
            stream.Write(bytes, 0, bytes.Length);
        }

        public static void Copy(string sourceFileName, string destFileName) => Copy(sourceFileName, destFileName, false);

        public static void Copy(string sourceFileName, string destFileName, bool overwrite)
        {
            if (!overwrite && Exists(destFileName))
            {
                throw new IOException("File exists");
            }

            WriteAllBytes(destFileName, ReadAllBytes(sourceFileName));
        }

        public static void Delete(string path) => Drive.Files.Delete(path);

        public static void Move(string sourceFileName, string destFileName) => Drive.Files.Move(sourceFileName, destFileName);

        public static void WriteAllBytes(string path, byte[] bytes) => Drive.Files.Commit(path, (byte[])bytes.Clone());

        public static void WriteAllText(string path, string contents) => WriteAllBytes(path, NetText.GetBytes(contents));
    }

    /// <summary>Folders of the virtual board.</summary>
    public static class Directory
    {
        private static string s_current = "I:\\";

        public static DirectoryInfo CreateDirectory(string path)
        {
            Drive.Files.CreateDirectory(path);
            return new DirectoryInfo(path);
        }

        public static bool Exists(string path) => Drive.Files.DirectoryExists(path);

        public static string GetCurrentDirectory() => s_current;

        public static void SetCurrentDirectory(string path) => s_current = path;

        public static string[] GetDirectories(string path) => Drive.Files.List(path, true);

        public static string[] GetFiles(string path) => Drive.Files.List(path, false);

        public static void Delete(string path) => Delete(path, false);

        public static void Delete(string path, bool recursive) => Drive.Files.DeleteDirectory(path, recursive);

        public static void Move(string sourceDirName, string destDirName) => Drive.Files.Move(sourceDirName, destDirName);
    }

    /// <summary>A folder's or file's entry.</summary>
    public abstract class FileSystemInfo : MarshalByRefObject
    {
        public FileAttributes Attributes => File.GetAttributes(FullName);

        public abstract bool Exists { get; }

        public abstract string Name { get; }

        public string Extension => Path.GetExtension(FullName);

        public virtual string FullName { get; protected set; }

        public abstract void Delete();

        public virtual void Refresh()
        {
        }

        protected abstract void HandleRefreshError();
    }

    /// <summary>A folder's entry.</summary>
    public sealed class DirectoryInfo : FileSystemInfo
    {
        public DirectoryInfo(string path)
        {
            FullName = path;
        }

        public override bool Exists => Directory.Exists(FullName);

        public override string Name => Path.GetFileName(FullName);

        public DirectoryInfo Parent => new DirectoryInfo(Path.GetDirectoryName(FullName));

        public DirectoryInfo Root => new DirectoryInfo(Path.GetPathRoot(FullName));

        public void Create() => Directory.CreateDirectory(FullName);

        public DirectoryInfo CreateSubdirectory(string path) => Directory.CreateDirectory(Path.Combine(FullName, path));

        public override void Delete() => Directory.Delete(FullName);

        public void Delete(bool recursive) => Directory.Delete(FullName, recursive);

        public DirectoryInfo[] GetDirectories() => Array.ConvertAll(Directory.GetDirectories(FullName), path => new DirectoryInfo(path));

        public FileInfo[] GetFiles() => Array.ConvertAll(Directory.GetFiles(FullName), path => new FileInfo(path));

        public void MoveTo(string destDirName) => Directory.Move(FullName, destDirName);

        public override string ToString() => FullName;

        protected override void HandleRefreshError()
        {
        }
    }

    /// <summary>A file's entry.</summary>
    public sealed class FileInfo : FileSystemInfo
    {
        public FileInfo(string fileName)
        {
            FullName = fileName;
        }

        public override bool Exists => File.Exists(FullName);

        public override string Name => Path.GetFileName(FullName);

        public long Length => File.ReadAllBytes(FullName).Length;

        public DirectoryInfo Directory => new DirectoryInfo(DirectoryName);

        public string DirectoryName => Path.GetDirectoryName(FullName);

        public FileStream Create() => File.Create(FullName);

        public override void Delete() => File.Delete(FullName);

        public override string ToString() => FullName;

        protected override void HandleRefreshError()
        {
        }
    }

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

    /// <summary>Paths with backslashes, on any host.</summary>
    public static class Path
    {
        public static readonly char AltDirectorySeparatorChar = '/';
        public static readonly char DirectorySeparatorChar = '\\';
        public static readonly char PathSeparator = ';';
        public static readonly char VolumeSeparatorChar = ':';

        public static bool HasExtension(string path) => GetExtension(path).Length > 0;

        public static bool IsPathRooted(string path) => path.Length > 1 && path[1] == ':';

        public static char[] GetInvalidFileNameChars() => new[] { '"', '<', '>', '|', '\0', ':', '*', '?', '\\', '/' };

        public static char[] GetInvalidPathChars() => new[] { '"', '<', '>', '|', '\0' };

        public static string ChangeExtension(string path, string extension)
        {
            string stem = path.Substring(0, path.Length - GetExtension(path).Length);
            return extension == null ? stem : stem + (extension.StartsWith(".", StringComparison.Ordinal) ? extension : "." + extension);
        }

        public static string Combine(string path1, string path2)
        {
            if (path2.Length == 0 || path1.Length == 0 || IsPathRooted(path2))
            {
                return path2.Length == 0 ? path1 : path2;
            }

            return path1.EndsWith("\\", StringComparison.Ordinal) ? path1 + path2 : path1 + "\\" + path2;
        }

        public static string GetDirectoryName(string path)
        {
            int separator = path.LastIndexOf('\\');
            return separator < 0 ? string.Empty : separator == 2 ? path.Substring(0, 3) : path.Substring(0, separator);
        }

        public static string GetExtension(string path)
        {
            int dot = path.LastIndexOf('.');
            return dot < 0 || dot < path.LastIndexOf('\\') || dot == path.Length - 1 ? string.Empty : path.Substring(dot);
        }

        public static string GetFileName(string path) => path.Substring(path.LastIndexOf('\\') + 1);

        public static string GetFileNameWithoutExtension(string path)
        {
            string name = GetFileName(path);
            return name.Substring(0, name.Length - GetExtension(name).Length);
        }

        public static string GetFullPath(string path) => IsPathRooted(path) ? path : Combine(Directory.GetCurrentDirectory(), path);

        public static string GetPathRoot(string path) => IsPathRooted(path) ? path.Substring(0, 3) : string.Empty;
    }

    internal static class Drive
    {
        public static IBoardFiles Files
        {
            get
            {
                BoardHost.Current.ThrowIfStopped();
                return BoardHost.Current.Files;
            }
        }
    }
}
