using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;

namespace NanoIoT.Cloud.Storage.Sqlite;

/// <summary>
/// One SQLite file with one writer. Writes queue up and are committed in groups, each write in a savepoint of its own, so
/// that a thousand small writes cost a few disk syncs; a write's task ends when its commit is on disk (WAL,
/// synchronous=FULL). Reads run beside it on connections of their own and see whole commits.
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    private const int MaxGroup = 512;
    private const int MaxQueue = 8192;
    private const int SqliteFull = 13;
    private const int SqliteIoError = 10;

    /// <summary>As much as SQLite needs at once, for the index of its write-ahead log.</summary>
    private const int ProbeBytes = 32 * 1024;

    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    /// <summary>Databases up to this size are checked at start: about a second.</summary>
    private const long MaxChecked = 256 * 1024 * 1024;

    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(MaxQueue) { SingleReader = true });
    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly Task _loop;

    private SqliteDatabase(string connectionString, SqliteConnection writer)
    {
        _connectionString = connectionString;
        _writer = writer;
        _loop = Task.Run(WriteLoopAsync);
    }

    /// <summary>Opens the file and creates the tables it lacks.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The database.</returns>
    /// <exception cref="CloudException">The file cannot be opened or written.</exception>
    public static SqliteDatabase Open(string path) => Open(path, mustExist: false);

    /// <summary>Opens the file and creates the tables it lacks.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mustExist">Whether an empty database is refused.</param>
    /// <returns>The database.</returns>
    /// <exception cref="CloudException">The file cannot be opened or written, is damaged, or of a newer version.</exception>
    internal static SqliteDatabase Open(string path, bool mustExist)
    {
        string connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = 30 }.ToString();
        var writer = new SqliteConnection(connectionString);
        try
        {
            // Created here, for its owner only: SQLite gives its other files the same permissions.
            PrivateFile.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
            writer.Open();
            Execute(writer, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;");
            Check(writer, path);
            Schema.Apply(writer, path, mustExist);
        }
        catch (SqliteException exception)
        {
            // Explained while the files of the database are as SQLite found them: closing it frees space.
            CloudException explained = Explain(path, exception);
            Close(writer, connectionString);
            throw explained;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Close(writer, connectionString);
            throw FileAccessErrors.Explain("database", path, exception);
        }
        catch
        {
            Close(writer, connectionString);
            throw;
        }

        return new SqliteDatabase(connectionString, writer);
    }

    /// <summary>SQLite's error of a database that cannot be opened or written, as an error with a code.</summary>
    internal static CloudException Explain(string path, SqliteException exception)
    {
        if (IsDamage(exception))
        {
            return Damaged(path, exception.Message, exception);
        }

        return exception.SqliteErrorCode == SqliteFull || (exception.SqliteErrorCode == SqliteIoError && IsDiskFull(path))
            ? FileAccessErrors.Full($"the database {path} cannot be written", exception)
            : new CloudException(ErrorCodes.DataNotWritable, $"The database {path} cannot be opened: {exception.Message}", exception);
    }

    /// <summary>Whether a file beside the database cannot be written for want of space, which SQLite reports as an I/O error only.</summary>
    private static bool IsDiskFull(string path)
    {
        string probe = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            using FileStream stream = PrivateFile.Open(probe, FileMode.CreateNew, FileShare.None);
            stream.Write(new byte[ProbeBytes]);
            stream.Flush(flushToDisk: true);
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return FileAccessErrors.IsFull(exception);
        }
        finally
        {
            File.Delete(probe);
        }
    }

    /// <summary>Whether SQLite says that the file is not a database, or not whole.</summary>
    internal static bool IsDamage(SqliteException exception) => exception.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase;

    /// <summary>The error of a damaged database.</summary>
    internal static CloudException Damaged(string path, string reason, Exception? exception) => new(
        ErrorCodes.DataDamaged,
        $"The database {path} is damaged: {reason} Stop, keep a copy of the file, and restore it from a backup (cloud/README.md, \"Backup and restore\").",
        exception);

    /// <summary>Runs a write; its task ends when it is durable.</summary>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <param name="action">The write. It may throw: then nothing of it is kept.</param>
    /// <param name="cancellationToken">Gives up waiting for a place in the queue.</param>
    /// <returns>The answer.</returns>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> action, CancellationToken cancellationToken = default) => WriteAsync(action, null, cancellationToken);

    /// <summary>Runs a write; its task ends when it is durable.</summary>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <param name="action">The write. It may throw: then nothing of it is kept.</param>
    /// <param name="committed">What is done with the answer once it is durable, in the order of the commits, before the task ends.</param>
    /// <param name="cancellationToken">Gives up waiting for a place in the queue.</param>
    /// <returns>The answer.</returns>
    internal async Task<T> WriteAsync<T>(Func<SqliteConnection, T> action, Action<T>? committed, CancellationToken cancellationToken = default)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        T? result = default;
        var write = new Write(
            connection => result = action(connection),
            () =>
            {
                committed?.Invoke(result!);
                completion.TrySetResult(result!);
            },
            exception => completion.TrySetException(exception));
        await _queue.Writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return await completion.Task.ConfigureAwait(false);
    }

    /// <summary>Runs a write; its task ends when it is durable.</summary>
    /// <param name="action">The write.</param>
    /// <param name="cancellationToken">Gives up waiting for a place in the queue.</param>
    /// <returns>The task.</returns>
    public Task WriteAsync(Action<SqliteConnection> action, CancellationToken cancellationToken = default) =>
        WriteAsync(
            connection =>
            {
                action(connection);
                return true;
            },
            cancellationToken);

    /// <summary>Runs a read over committed data.</summary>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <param name="action">The read.</param>
    /// <returns>The answer.</returns>
    public T Read<T>(Func<SqliteConnection, T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return action(connection);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        Close(_writer, _connectionString);
    }

    /// <summary>Reads the whole file once, where that takes no longer than a start may.</summary>
    private static void Check(SqliteConnection connection, string path)
    {
        if (new FileInfo(path).Length <= MaxChecked && connection.Scalar<string>("PRAGMA quick_check(1)") is string found and not "ok")
        {
            throw Damaged(path, found + ".", null);
        }
    }

    private static void Close(SqliteConnection writer, string connectionString)
    {
        writer.Dispose();
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static Exception Translate(Exception exception) => exception is SqliteException { SqliteErrorCode: SqliteFull or SqliteIoError } full
        ? new CloudException(ErrorCodes.DiskFull, "The disk is full or failing; nothing was stored.", full)
        : exception;

    private async Task WriteLoopAsync()
    {
        var group = new List<Write>(MaxGroup);
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            group.Clear();
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out Write? write))
            {
                group.Add(write);
            }

            Commit(group);
        }
    }

    private void Commit(List<Write> group)
    {
        var done = new List<Write>(group.Count);
        try
        {
            Execute(_writer, "BEGIN IMMEDIATE");
            foreach (Write write in group)
            {
                Execute(_writer, "SAVEPOINT item");
                try
                {
                    write.Action(_writer);
                    Execute(_writer, "RELEASE item");
                    done.Add(write);
                }
                catch (Exception exception)
                {
                    Execute(_writer, "ROLLBACK TO item; RELEASE item");
                    write.Failed(Translate(exception));
                }
            }

            Execute(_writer, "COMMIT");
        }
        catch (Exception exception)
        {
            try
            {
                Execute(_writer, "ROLLBACK");
            }
            catch (SqliteException)
            {
                // SQLite has rolled back by itself.
            }

            // A write that failed in its savepoint has its answer already; the others share the commit's fate.
            foreach (Write write in group)
            {
                write.Failed(Translate(exception));
            }

            return;
        }

        foreach (Write write in done)
        {
            write.Done();
        }
    }

    private sealed record Write(Action<SqliteConnection> Action, Action Done, Action<Exception> Failed);
}
