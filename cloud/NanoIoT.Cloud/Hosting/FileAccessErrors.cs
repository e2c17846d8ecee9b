namespace NanoIoT.Cloud.Hosting;

/// <summary>What the operating system says of files that cannot be written, as errors with a code.</summary>
internal static class FileAccessErrors
{
    /// <summary>EROFS, the same number on Linux, macOS and the BSDs.</summary>
    private const int UnixReadOnly = 30;

    /// <summary>ERROR_WRITE_PROTECT as an HRESULT.</summary>
    private const int WindowsReadOnly = unchecked((int)0x80070013);

    /// <summary>Whether a file cannot be written because its file system is mounted read-only.</summary>
    public static bool IsReadOnly(Exception exception) =>
        exception is IOException { HResult: UnixReadOnly or WindowsReadOnly } || (exception.InnerException is Exception inner && IsReadOnly(inner));

    /// <summary>Whether writing is not allowed at all, by the file system or by permissions.</summary>
    public static bool IsDenied(Exception exception) => exception is UnauthorizedAccessException || IsReadOnly(exception);

    /// <summary>The error of a folder that cannot be written.</summary>
    /// <param name="what">What the folder is, e.g. "data folder".</param>
    /// <param name="folder">The folder.</param>
    /// <param name="exception">The operating system's error.</param>
    public static CloudException Explain(string what, string folder, Exception exception) => IsReadOnly(exception)
        ? new CloudException(
            ErrorCodes.ReadOnlyFileSystem,
            $"The {what} {folder} is on a read-only file system. Mount it writable, or name another folder.",
            exception)
        : new CloudException(ErrorCodes.DataNotWritable, $"The {what} {folder} cannot be written: {exception.Message}", exception);
}
