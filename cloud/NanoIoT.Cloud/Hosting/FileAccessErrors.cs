namespace NanoIoT.Cloud.Hosting;

/// <summary>What the operating system says of files that cannot be written, as errors with a code.</summary>
public static class FileAccessErrors
{
    /// <summary>EROFS, the same number on Linux, macOS and the BSDs.</summary>
    private const int UnixReadOnly = 30;

    /// <summary>ENOSPC, the same number on Linux, macOS and the BSDs.</summary>
    private const int UnixNoSpace = 28;

    /// <summary>EDQUOT on Linux.</summary>
    private const int LinuxQuota = 122;

    /// <summary>EDQUOT on macOS and the BSDs.</summary>
    private const int BsdQuota = 69;

    /// <summary>ERROR_WRITE_PROTECT as an HRESULT.</summary>
    private const int WindowsReadOnly = unchecked((int)0x80070013);

    /// <summary>ERROR_HANDLE_DISK_FULL as an HRESULT.</summary>
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>ERROR_DISK_FULL as an HRESULT.</summary>
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Whether a file cannot be written because the disk, or the user's share of it, is full.</summary>
    /// <param name="exception">The operating system's error.</param>
    /// <returns>True where it is.</returns>
    public static bool IsFull(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception is IOException { HResult: UnixNoSpace or LinuxQuota or BsdQuota or WindowsHandleDiskFull or WindowsDiskFull }
            || (exception.InnerException is Exception inner && IsFull(inner));
    }

    /// <summary>The error of a full disk.</summary>
    /// <param name="what">What cannot be written, e.g. "The data folder /data cannot be written", or the operating system's words.</param>
    /// <param name="exception">The operating system's or the database's error.</param>
    /// <returns>The error.</returns>
    public static CloudException Full(string what, Exception? exception) => new(
        ErrorCodes.DiskFull, $"The disk is full: {what.TrimEnd('.')}. Free space on its file system, or enlarge it.", exception);

    /// <summary>Whether a file cannot be written because its file system is mounted read-only.</summary>
    internal static bool IsReadOnly(Exception exception) =>
        exception is IOException { HResult: UnixReadOnly or WindowsReadOnly } || (exception.InnerException is Exception inner && IsReadOnly(inner));

    /// <summary>Whether writing is not allowed at all, by the file system or by permissions.</summary>
    internal static bool IsDenied(Exception exception) => exception is UnauthorizedAccessException || IsReadOnly(exception);

    /// <summary>The error of a folder that cannot be written.</summary>
    /// <param name="what">What the folder is, e.g. "data folder".</param>
    /// <param name="folder">The folder.</param>
    /// <param name="exception">The operating system's error.</param>
    internal static CloudException Explain(string what, string folder, Exception exception)
    {
        if (IsReadOnly(exception))
        {
            return new CloudException(
                ErrorCodes.ReadOnlyFileSystem,
                $"The {what} {folder} is on a read-only file system. Mount it writable, or name another folder.",
                exception);
        }

        return IsFull(exception)
            ? Full($"the {what} {folder} cannot be written", exception)
            : new CloudException(ErrorCodes.DataNotWritable, $"The {what} {folder} cannot be written: {Reason(what, folder, exception)}", exception);
    }

    private static string Reason(string what, string path, Exception exception) =>
        what.EndsWith("folder", StringComparison.Ordinal) && File.Exists(path) ? "it is a file, not a folder." : exception.Message;
}
