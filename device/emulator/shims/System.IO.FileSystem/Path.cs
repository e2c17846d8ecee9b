using NanoIoT.Emulator.Hosting;
using System.Runtime.CompilerServices;

namespace System.IO
{
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
}
