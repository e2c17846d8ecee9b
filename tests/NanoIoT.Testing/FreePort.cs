using System.Net;
using System.Net.Sockets;

namespace NanoIoT.Testing;

/// <summary>Ports for servers that cannot be asked which they took.</summary>
public static class FreePort
{
    /// <summary>A port of loopback that nobody listens on.</summary>
    /// <returns>The port.</returns>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
