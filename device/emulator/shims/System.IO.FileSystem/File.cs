using NanoIoT.Emulator.Hosting;
using System.Runtime.CompilerServices;

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
}
