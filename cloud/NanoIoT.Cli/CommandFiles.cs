namespace NanoIoT.Cli;

/// <summary>Files and folders that a command line names; the operating system's words for a wrong one mislead.</summary>
internal static class CommandFiles
{
    /// <exception cref="CliException">The file does not exist, is a folder, or cannot be read.</exception>
    public static byte[] ReadBytes(string path) => Read(path, File.ReadAllBytes);

    /// <exception cref="CliException">The file does not exist, is a folder, or cannot be read.</exception>
    public static string ReadText(string path) => Read(path, File.ReadAllText);

    /// <summary>Creates the folder where it is missing.</summary>
    /// <returns>Its full path.</returns>
    /// <exception cref="CliException">It is a file, or cannot be created.</exception>
    public static string CreateFolder(string path)
    {
        if (File.Exists(path))
        {
            throw CliException.InvalidInput($"'{path}' is a file, not a folder.");
        }

        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CliException.InvalidInput($"The folder '{path}' cannot be created: {exception.Message}", exception);
        }
    }

    /// <summary>Refuses a file to write that is a folder, or whose folder does not exist.</summary>
    public static void RequireWritable(string path)
    {
        if (Directory.Exists(path))
        {
            throw CliException.InvalidInput($"'{path}' is a folder, not a file.");
        }

        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            throw CliException.InvalidInput($"'{path}' cannot be written: the folder '{folder}' does not exist.");
        }
    }

    private static T Read<T>(string path, Func<string, T> read)
    {
        if (Directory.Exists(path))
        {
            throw CliException.InvalidInput($"'{path}' is a folder, not a file.");
        }

        if (!File.Exists(path))
        {
            throw CliException.InvalidInput($"The file '{path}' does not exist.");
        }

        try
        {
            return read(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CliException.InvalidInput($"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
