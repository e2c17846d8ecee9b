namespace NanoIoT.Cloud.Identity;

/// <summary>Files that only their owner may read, written whole or not at all.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens a file for reading and writing; one that is created may be read by its owner only.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Whether it is created.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <returns>The open file.</returns>
    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    /// <summary>Makes every file of a folder, and of the folders in it, readable and writable by its owner only.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Files that others may read and that could not be changed: they are another user's, or mounted read-only.</returns>
    public static IReadOnlyList<string> Protect(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return [];
        }

        const UnixFileMode others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        var open = new List<string>();
        var enumeration = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (string path in Directory.EnumerateFiles(folder, "*", enumeration))
        {
            UnixFileMode mode = File.GetUnixFileMode(path);
            if ((mode & ~OwnerOnly) != 0 && !TryProtect(path) && (mode & others) != 0)
            {
                open.Add(path);
            }
        }

        return open;
    }

    /// <summary>Writes a file in one step: under another name, synced, then renamed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its text.</param>
    public static void Write(string path, string content)
    {
        string temporary = path + "." + Guid.NewGuid().ToString("n") + ".tmp";
        try
        {
            using (FileStream stream = Open(temporary, FileMode.CreateNew, FileShare.None))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(content));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool TryProtect(string path)
    {
        try
        {
            File.SetUnixFileMode(path, OwnerOnly);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
