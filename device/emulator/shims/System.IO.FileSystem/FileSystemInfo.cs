using NanoIoT.Emulator.Hosting;
using System.Runtime.CompilerServices;

namespace System.IO
{
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
}
