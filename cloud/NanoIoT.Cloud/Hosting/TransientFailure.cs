using System.Net.Sockets;
using Amazon.Runtime;
using Microsoft.Data.Sqlite;

namespace NanoIoT.Cloud.Hosting;

/// <summary>
/// Tells failures that pass from failures that come back with the same message. A message whose handling fails for a time is
/// not acknowledged, so that its sender repeats it; any other is rejected, logged and acknowledged, because
/// its sender would repeat it forever.
/// </summary>
internal static class TransientFailure
{
    /// <summary>SQLite's primary result codes of a database that is busy, unreadable or full: INTERRUPT, BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB.</summary>
    private static readonly int[] s_sqlite = [5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26];

    /// <summary>Whether the same work may succeed later.</summary>
    /// <param name="exception">The failure.</param>
    /// <returns>True for a store or broker that does not answer, a full disk, a lost connection, a service that stops.</returns>
    public static bool Is(Exception exception) => exception switch
    {
        CloudException refusal => refusal.Code is ErrorCodes.StoreUnavailable or ErrorCodes.DiskFull or ErrorCodes.BrokerUnavailable or ErrorCodes.Throttling
            or ErrorCodes.AwsCredentials,
        SqliteException database => s_sqlite.Contains(database.SqliteErrorCode),
        AggregateException { InnerException: Exception inner } => Is(inner),
        AmazonClientException or AmazonServiceException or HttpRequestException or SocketException or IOException => true,
        TimeoutException or OperationCanceledException or ObjectDisposedException or OutOfMemoryException => true,
        System.Threading.Channels.ChannelClosedException => true,
        _ => false,
    };
}
