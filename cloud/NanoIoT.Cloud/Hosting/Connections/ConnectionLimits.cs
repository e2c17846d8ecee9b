namespace NanoIoT.Cloud.Hosting.Connections;

/// <summary>
/// How many connections the service takes. Each is an open file, and a process that runs out of files cannot even fail in
/// order, so connections stop before that.
/// </summary>
/// <param name="Total">Connections of all listeners together.</param>
/// <param name="PerListener">Connections of one listener: neither boards nor users can lock the others out.</param>
/// <param name="PerAddress">Connections from one IPv4 address, or from one IPv6 network of 64 bits.</param>
/// <param name="Handshakes">Connections whose TLS handshake is not complete.</param>
internal sealed record ConnectionLimits(int Total, int PerListener, int PerAddress, int Handshakes)
{
    private const int LeastConnections = 16;

    /// <summary>The part that is left for the other listener, and for files besides those that are open at start.</summary>
    private const int Part = 8;

    /// <summary>Also for assemblies: the runtime keeps each one open, and loads some only when they are first used.</summary>
    private const int LeastReserve = 128;
    private const int MostReserve = 1024;

    /// <summary>Memory that an idle connection takes, with some to spare; half of the machine's memory may go to connections.</summary>
    private const long BytesPerConnection = 32 * 1024;

    /// <summary>Works out the limits.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="fileLimit">Files that the process may have open, or null for no limit.</param>
    /// <param name="openFiles">Files that it has open without any connection.</param>
    /// <param name="memory">Memory of the machine or container, in bytes.</param>
    /// <exception cref="CloudException">The process may open too few files.</exception>
    public static ConnectionLimits Create(CloudOptions options, long? fileLimit, int openFiles, long memory)
    {
        long most = int.MaxValue;
        if (fileLimit is long files)
        {
            most = files - openFiles - Math.Clamp(files / Part, LeastReserve, MostReserve);
            int needed = Math.Max(LeastConnections, options.MaxConnections);
            if (most < needed)
            {
                string lower = options.MaxConnections > 0 ? ", or lower --max-connections" : string.Empty;
                throw new CloudException(
                    ErrorCodes.FileLimit,
                    $"The limit of open files is {files}. It leaves {Math.Max(0, most)} files for connections; at least {needed} are required. "
                    + $"Raise the hard limit (ulimit -n, or LimitNOFILE in systemd){lower}.");
            }
        }

        int total = options.MaxConnections > 0 ? options.MaxConnections : (int)Math.Min(most, Math.Max(LeastConnections, memory / 2 / BytesPerConnection));
        int perAddress = options.MaxConnectionsPerAddress > 0 ? options.MaxConnectionsPerAddress : Math.Max(1, total / 2);
        return new ConnectionLimits(total, total - (total / Part), perAddress, Math.Max(1, total / 2));
    }
}
