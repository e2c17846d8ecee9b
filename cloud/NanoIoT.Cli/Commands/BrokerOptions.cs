using System.CommandLine;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cli.Commands;

/// <summary>The options of a service with an external broker and several replicas.</summary>
internal sealed class BrokerOptions
{
    /// <summary>The broker's password has no place in a command line.</summary>
    private const string PasswordVariable = "NANOIOT_BROKER_PASSWORD";

    private readonly Option<string?> _broker = new("--broker") { Description = "another MQTT 5 broker in the place of the service's own: mqtts://HOST:PORT, or mqtt:// without TLS; with --aws-iot also wss://HOST/mqtt, signed" };
    private readonly Option<string?> _boards = new("--broker-boards") { Description = "HOST:PORT where boards reach that broker, where it is not where the service does" };
    private readonly Option<string?> _ca = new("--broker-ca") { Description = "PEM certificates that broker's, and all endpoints of AWS IoT, are trusted by; else the built-in CA and the machine's" };
    private readonly Option<string?> _certificate = new("--broker-cert") { Description = "the service's certificate there (PEM); else one of the built-in CA with the common name $nanoiot" };
    private readonly Option<string?> _key = new("--broker-key") { Description = "the key of --broker-cert (PEM)" };
    private readonly Option<string?> _user = new("--broker-user") { Description = $"the service's user there; its password in {PasswordVariable}" };
    private readonly Option<string> _group = new("--broker-group") { Description = "the name of the shared subscription: one a fleet", DefaultValueFactory = _ => "nanoiot" };
    private readonly Option<bool> _awsIot = new("--aws-iot") { Description = "work with AWS IoT Core: its broker, registry, shadows and rules in the place of this service's (needs --aws, or --aws-endpoint iot=URL)" };
    private readonly Option<string> _awsIotThings = new("--aws-iot-things") { Description = "which things of the account campaigns are for: a query of its fleet index", DefaultValueFactory = _ => "thingName:*" };
    private readonly Option<int> _awsIotPoll = new("--aws-iot-poll") { Description = "seconds between polls of the fleet index, 1 to 3600", DefaultValueFactory = _ => 60 };
    private readonly Option<string?> _keys = new("--keys") { Description = "the folder with CA and keys that all replicas share (default: the data folder)" };
    private readonly Option<int> _lease = new("--lease-seconds") { Description = "seconds after which the lease of a replica that does not renew it expires, 3 to 300", DefaultValueFactory = _ => 10 };

    public BrokerOptions(Command command)
    {
        _lease.RequireRange(3, 300);
        _awsIotPoll.RequireRange(1, 3600);
        _broker.Parses(text => ReadBroker(text));
        _boards.Parses(text => ReadBoards(text));
        foreach (Option option in new Option[] { _broker, _boards, _ca, _certificate, _key, _user, _group, _awsIot, _awsIotThings, _awsIotPoll, _keys, _lease })
        {
            command.Options.Add(option);
        }
    }

    public string? KeyFolder(ParseResult parsed) => parsed.GetValue(_keys) is string keys ? Path.GetFullPath(keys) : null;

    public int LeaseSeconds(ParseResult parsed) => parsed.GetValue(_lease);

    public ExternalBrokerOptions? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_broker) is not string text)
        {
            return null;
        }

        Uri address = ReadBroker(text);
        RequireScheme(address, IsAwsIot(parsed));

        if (parsed.GetValue(_certificate) is null != parsed.GetValue(_key) is null)
        {
            throw CliException.Usage("--broker-cert and --broker-key belong together.");
        }

        return new ExternalBrokerOptions
        {
            Address = address,
            BoardAddress = parsed.GetValue(_boards) is string boards ? ReadBoards(boards) : null,
            CaFile = parsed.GetValue(_ca),
            CertificateFile = parsed.GetValue(_certificate),
            KeyFile = parsed.GetValue(_key),
            UserName = parsed.GetValue(_user),
            Password = Environment.GetEnvironmentVariable(PasswordVariable),
            Group = parsed.GetValue(_group)!,
        };
    }

    /// <summary>AWS IoT Core, or null.</summary>
    public AwsIotOptions? ReadAwsIot(ParseResult parsed) => parsed.GetValue(_awsIot)
        ? new AwsIotOptions { CaFile = parsed.GetValue(_ca), BoardAddress = parsed.GetValue(_boards) is string boards ? ReadBoards(boards) : null, Things = parsed.GetValue(_awsIotThings)!, LookSeconds = parsed.GetValue(_awsIotPoll) }
        : null;

    /// <summary>Whether AWS IoT Core takes part.</summary>
    public bool IsAwsIot(ParseResult parsed) => parsed.GetValue(_awsIot);

    private static Uri ReadBroker(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address is { Scheme: "mqtt" or "mqtts" or "wss", Host.Length: > 0, Port: not 0 }
            ? address
            : throw CliException.Usage($"--broker: '{text}' is not valid. Use mqtts://HOST:PORT or mqtt://HOST:PORT; with --aws-iot also wss://HOST/mqtt.");

    private static void RequireScheme(Uri address, bool isAws)
    {
        if (isAws && address.Scheme is not ("mqtts" or "wss"))
        {
            throw CliException.Usage($"--broker: '{address}' is not valid with --aws-iot. Use wss://HOST/mqtt or mqtts://HOST:PORT.");
        }

        if (!isAws && address.Scheme is not ("mqtt" or "mqtts"))
        {
            throw CliException.Usage($"--broker: '{address}' is only valid with --aws-iot. Use mqtts://HOST:PORT or mqtt://HOST:PORT.");
        }
    }

    private static Uri ReadBoards(string text) =>
        Uri.TryCreate("mqtts://" + text, UriKind.Absolute, out Uri? address) && address is { Port: > 0, Host.Length: > 0, PathAndQuery: "/" or "" }
            ? address
            : throw CliException.Usage($"--broker-boards: '{text}' is not valid. Use HOST:PORT.");
}
