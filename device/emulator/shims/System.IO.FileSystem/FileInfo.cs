using NanoIoT.Emulator.Hosting;
using System.Runtime.CompilerServices;

namespace System.IO
{
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
}
