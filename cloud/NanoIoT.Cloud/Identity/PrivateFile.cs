namespace NanoIoT.Cloud.Identity;

/// <summary>Files that only their owner may read, written whole or not at all.</summary>
public static class PrivateFile
{
    /// <summary>Writes a file in one step: under another name, synced, then renamed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its text.</param>
    public static void Write(string path, string content)
    {
        string temporary = path + "." + Guid.NewGuid().ToString("n") + ".tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = new FileStream(temporary, options))
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
}
