using NanoIoT.Emulator.Hosting;
using System.Runtime.CompilerServices;

namespace System.IO
{
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
}
