namespace NanoIoT.Cloud.Hosting;

/// <summary>The lock of a data folder: one service, or one move, at a time.</summary>
internal static class DataFolderLock
{
    /// <summary>Takes it; the folder is made.</summary>
    /// <exception cref="CloudException">It cannot be written, or somebody uses it.</exception>
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
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (File.Exists(path))
            {
                throw new CloudException(ErrorCodes.DataInUse, $"Another service uses the data folder {folder}.", exception);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CloudException(ErrorCodes.DataNotWritable, $"The data folder {folder} cannot be written: {exception.Message}", exception);
        }
    }
}
