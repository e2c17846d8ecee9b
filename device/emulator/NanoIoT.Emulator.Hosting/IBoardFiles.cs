namespace NanoIoT.Emulator.Hosting;

/// <summary>The board's file system: content is durable only when it is committed, which a file's closing does.</summary>
public interface IBoardFiles
{
    /// <summary>Whether a file is there.</summary>
    /// <param name="path">Its path, e.g. <c>I:\a\b</c>.</param>
    /// <returns>True where it is.</returns>
    bool FileExists(string path);

    /// <summary>Whether a folder is there.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>True where it is.</returns>
    bool DirectoryExists(string path);

    /// <summary>A file's committed content.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The content, or null where there is no such file.</returns>
    byte[]? Read(string path);

    /// <summary>A file is open for writing: until it is committed, power loss may do to it what the file system allows.</summary>
    /// <param name="path">Its path.</param>
    void BeginChange(string path);

    /// <summary>Makes content durable, all at once.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="content">The whole content.</param>
    /// <exception cref="IOException">The folder is missing, or the file system is full.</exception>
    void Commit(string path, byte[] content);

    /// <summary>Deletes a file.</summary>
    /// <param name="path">Its path.</param>
    void Delete(string path);

    /// <summary>Renames a file.</summary>
    /// <param name="from">Its path.</param>
    /// <param name="to">Its new path, where nothing may be.</param>
    void Move(string from, string to);

    /// <summary>Makes a folder and those above it.</summary>
    /// <param name="path">Its path.</param>
    void CreateDirectory(string path);

    /// <summary>Deletes a folder.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="recursive">Whether with all in it; otherwise it must be empty.</param>
    void DeleteDirectory(string path, bool recursive);

    /// <summary>What is in a folder.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="directories">Whether its folders, else its files.</param>
    /// <returns>Full paths.</returns>
    string[] List(string path, bool directories);
}
