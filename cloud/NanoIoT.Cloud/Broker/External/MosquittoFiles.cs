using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Identity;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Broker.External;

/// <summary>
/// What Eclipse Mosquitto (2.0 or later) needs to be the broker: boards on one port with their certificates, kept to their topics as
/// the built-in policy <c>nanoiot-device</c> does; the service on another, which nobody else may use.
/// </summary>
public static class MosquittoFiles
{
    /// <summary>Longer than a web server's: boards do not limit it, and nobody renews it by himself.</summary>
    private static readonly TimeSpan s_serverLifetime = TimeSpan.FromDays(1825);

    /// <summary>Writes <c>mosquitto.conf</c>, both access lists, the server's certificate and key, and the CAs.</summary>
    /// <param name="folder">Where; it is made.</param>
    /// <param name="authority">The CA that boards have their certificates from.</param>
    /// <param name="host">The name or address boards reach the broker by.</param>
    /// <param name="port">Its port for boards.</param>
    /// <param name="servicePort">Its port for the service.</param>
    /// <param name="listen">The address it listens on.</param>
    /// <param name="user">The user that Mosquitto runs as where root starts it, or null where it is started by another user.</param>
    /// <returns>When the server's certificate expires.</returns>
    public static DateTimeOffset Write(string folder, CertificateAuthority authority, string host, int port, int servicePort, string listen, string? user)
    {
        ArgumentNullException.ThrowIfNull(authority);
        folder = Directory.CreateDirectory(folder).FullName;
        using X509Certificate2 server = authority.CreateServerCertificate([host, "localhost", "127.0.0.1", "::1"], s_serverLifetime);
        File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.AllPem);
        File.WriteAllText(Path.Combine(folder, "server.pem"), server.ExportCertificatePem() + "\n" + authority.Issuing.ExportCertificatePem() + "\n");
        PrivateFile.Write(Path.Combine(folder, "server.key"), server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "boards.acl"), Boards());
        File.WriteAllText(Path.Combine(folder, "service.acl"), "user $nanoiot\ntopic readwrite #\ntopic readwrite $aws/#\n");
        File.WriteAllText(Path.Combine(folder, "mosquitto.conf"), Configuration(folder, port, servicePort, listen, user));
        return new DateTimeOffset(server.NotAfter.ToUniversalTime());
    }

    private static string Boards()
    {
        string shadow = Topics.AwsThingPrefix + "%u/shadow/";
        string[] requests = ["get", "update", "delete"];
        return string.Join('\n', [
            "# A board's user name is the common name of its certificate: its thing. Mosquitto warns of patterns without it: they are for all.",
            $"pattern readwrite {Topics.ThingPrefix}%u/#",
            $"pattern read {shadow}#",
            .. requests.Select(request => $"pattern write {shadow}{request}"),
            .. requests.Select(request => $"pattern write {shadow}name/+/{request}"),
            "pattern write $aws/rules/#",
            "pattern read nanoiot/ota/all/#",
            "pattern read nanoiot/ota/region/#",
            "pattern read nanoiot/ota/group/#",
            "pattern read nanoiot/ota/thing/%u/#",
            string.Empty,
        ]);
    }

    private static string Configuration(string folder, int port, int servicePort, string listen, string? user) => string.Create(CultureInfo.InvariantCulture, $"""
        # Written by `nanoiot broker mosquitto`. Start: mosquitto -c {Path.Combine(folder, "mosquitto.conf")}
        {(user is null ? "# user: the one who starts it" : "user " + user)}
        per_listener_settings true

        # Mosquitto keeps messages in memory and writes all of them to mosquitto.db, synced to the disk, when something changed: at the end of
        # each round of its loop, so that what it acknowledged in a round is on the disk before the next round. A crash loses at most what
        # was acknowledged in the round it crashed in. The cost: a write of the whole file a round. With autosave_on_changes false it
        # writes every autosave_interval seconds and a crash loses what was acknowledged since.
        persistence true
        persistence_location {folder}/
        autosave_on_changes true
        autosave_interval 1
        max_queued_messages 100000
        max_inflight_messages 200
        max_packet_size 140000
        persistent_client_expiration 8d
        log_type error
        log_type warning
        log_type notice

        # Boards. The client id is the thing, so that none can end another's connection.
        listener {port} {listen}
        cafile {folder}/ca.pem
        certfile {folder}/server.pem
        keyfile {folder}/server.key
        require_certificate true
        use_identity_as_username true
        use_username_as_clientid true
        allow_anonymous false
        acl_file {folder}/boards.acl
        max_keepalive 1200

        # The service.
        listener {servicePort} {listen}
        cafile {folder}/ca.pem
        certfile {folder}/server.pem
        keyfile {folder}/server.key
        require_certificate true
        use_identity_as_username true
        allow_anonymous false
        acl_file {folder}/service.acl

        """);
}
