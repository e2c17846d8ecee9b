using System.Runtime.InteropServices;

namespace NanoIoT.Cloud.Hosting.Connections;

/// <summary>How many files, sockets included, the process may have open (RLIMIT_NOFILE).</summary>
internal static class FileLimit
{
    /// <summary>What an unlimited process is taken to have.</summary>
    private const long Unlimited = 1024 * 1024;

    private const int LinuxNoFile = 7;
    private const int MacNoFile = 8;

    /// <summary>Raises the soft limit to the hard one.</summary>
    /// <returns>The soft limit before and after; null where the system has no such limit.</returns>
    public static (long Before, long After)? Raise()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return null;
        }

        int resource = OperatingSystem.IsLinux() ? LinuxNoFile : MacNoFile;
        if (GetLimit(resource, out Limit limit) != 0)
        {
            return null;
        }

        var raised = new Limit { Soft = limit.Hard, Hard = limit.Hard };
        bool isRaised = limit.Soft < limit.Hard && SetLimit(resource, in raised) == 0;
        return (Clamp(limit.Soft), Clamp(isRaised ? limit.Hard : limit.Soft));
    }

    /// <summary>Files that the process has open now, as far as the system tells.</summary>
    public static int CountOpen()
    {
        const int guess = 256;
        return Directory.Exists("/proc/self/fd") ? Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() : guess;
    }

    private static long Clamp(ulong value) => (long)Math.Min(value, (ulong)Unlimited);

    [DllImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, out Limit limit);

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
