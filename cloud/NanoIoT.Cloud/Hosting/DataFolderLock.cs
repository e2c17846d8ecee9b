using NanoIoT.Cloud.Identity;

namespace NanoIoT.Cloud.Hosting;

/// <summary>The lock of a data folder: one service, or one move, at a time.</summary>
internal static class DataFolderLock
{
    /// <summary>Acquires the lock; the folder is created where it is missing.</summary>
    /// <exception cref="CloudException">The folder cannot be written, or another process uses it.</exception>
    public static FileStream Take(string folder)
    {
        try
        {
            DirectoryInfo directory = Directory.CreateDirectory(folder);
            if (!OperatingSystem.IsWindows() && directory.EnumerateFileSystemInfos().FirstOrDefault() is null)
            {
                directory.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            }

            string path = Path.Combine(folder, "lock");
            try
            {
                return PrivateFile.Open(path, FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException exception) when (File.Exists(path) && !FileAccessErrors.IsReadOnly(exception))
            {
                throw new CloudException(
                    ErrorCodes.DataInUse, $"Another service or 'nanoiot migrate' uses the data folder {folder}. Stop it first.", exception);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileAccessErrors.Explain("data folder", folder, exception);
        }
    }
}
