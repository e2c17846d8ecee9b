using System.Net;
using System.Net.Sockets;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>
/// Keeps URLs that users write into rules, destinations and subscriptions away from the service's own network: loopback,
/// link-local (cloud metadata services among them), private and other addresses that are not public are refused, unless the
/// service runs with <c>--allow-private-targets</c>. The address that a name resolves to is checked and is the one that is
/// connected to, so a name that changes its address between check and connection gains nothing.
/// </summary>
internal sealed class PrivateTargets(CloudOptions options)
{
    /// <summary>The stable code of a refused target.</summary>
    public const string Code = "PrivateTarget";

    private const string Advice = "Start the service with --allow-private-targets to allow it.";

    private static readonly IPNetwork[] s_refused =
    [
        .. new[]
        {
            // IANA's special-purpose registries; what is not globally reachable, and multicast.
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4", "100::/64", "100:0:0:1::/64", "2001:2::/48", "2001:10::/28", "2001:db8::/32",
            "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",

            // These carry an IPv4 address: IPv4-compatible, IPv4-translated, NAT64, 6to4, Teredo. (IPv4-mapped ones are
            // checked as the address that they carry.)
            "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    /// <summary>Whether an address is public.</summary>
    /// <param name="address">The address.</param>
    /// <returns>True where it is.</returns>
    public static bool IsPublic(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !s_refused.Any(network => network.Contains(plain));
    }

    /// <summary>Checks a URL's host as far as that is possible before its name is resolved.</summary>
    /// <param name="url">The URL; its host has no templates.</param>
    /// <exception cref="CloudException">
    /// The host or port is not valid, the host is an address that is not public, or a name of this machine; or the URL
    /// contains a user name.
    /// </exception>
    public void Check(string url)
    {
        string authority = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..].Split('/', '?', '#')[0];
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            // It would be shown wherever the URL is; headers are kept as secrets.
            throw new CloudException(ErrorCodes.InvalidRequest, "A URL must not contain a user name or password. Send them in an Authorization header.");
        }

        string host = HostOf(url) ?? throw new CloudException(
            ErrorCodes.InvalidRequest,
            $"The URL is not valid: '{authority}' is not a valid host and port. "
            + "Use a host name or IP address, and a port from 1 to 65535.");
        if (!options.AllowPrivateTargets && IsPrivateName(host))
        {
            throw new CloudException(
                ErrorCodes.InvalidRequest,
                $"URL '{SecretMask.HideQuery(url)}' is not allowed: '{host}' is not a public address. {Advice}");
        }
    }

    /// <summary>The handler for requests to such URLs.</summary>
    /// <returns>A new handler.</returns>
    public SocketsHttpHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(HttpTargets.TimeoutSeconds),
        };
        if (!options.AllowPrivateTargets)
        {
            // Through a proxy, the proxy would resolve the name, and its address could not be checked.
            handler.UseProxy = false;
            handler.ConnectCallback = ConnectAsync;
        }

        return handler;
    }

    /// <summary>The host of a URL up to its first template, or null where no request could be sent there.</summary>
    private static string? HostOf(string url)
    {
        int template = url.IndexOf("${", StringComparison.Ordinal);
        string literal = template < 0 ? url : url[..template];
        bool isUsable = Uri.TryCreate(literal, UriKind.Absolute, out Uri? address)
            && address.Port is > 0 and <= ushort.MaxValue
            && address.HostNameType is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;
        return isUsable ? address!.IdnHost.TrimEnd('.') : null;
    }

    private static bool IsPrivateName(string host)
    {
        bool isLocalName = host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return isLocalName || (IPAddress.TryParse(host, out IPAddress? address) && !IsPublic(address));
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        DnsEndPoint target = context.DnsEndPoint;
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken).ConfigureAwait(false);
        if (addresses.Length == 0 || !addresses.All(IsPublic))
        {
            throw new PrivateTargetException(
                $"'{target.Host}' is not a public address ({string.Join(", ", addresses.AsEnumerable())}). {Advice}");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
