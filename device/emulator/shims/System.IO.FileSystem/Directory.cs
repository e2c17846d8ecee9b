using NanoIoT.Emulator.Hosting;
using System.Runtime.CompilerServices;

namespace System.IO
{
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
}
