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
        _lease.Validators.Add(result =>
        {
            if (result.TryRead(out int value) && value is < 3 or > 300)
            {
                result.AddError("--lease-seconds: 3 to 300");
            }
        });
        _awsIotPoll.Validators.Add(result =>
        {
            if (result.TryRead(out int value) && value is < 1 or > 3600)
            {
                result.AddError("--aws-iot-poll: 1 to 3600");
            }
        });
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

        bool isAws = parsed.GetValue(_awsIot);
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || !(isAws ? address.Scheme is "mqtts" or "wss" : address.Scheme is "mqtt" or "mqtts") || address.Host.Length == 0)
        {
            throw new CliException(ExitCodes.Usage, "Usage", isAws ? "--broker: with --aws-iot wss://HOST/mqtt or mqtts://HOST:PORT" : "--broker: mqtts://HOST:PORT or mqtt://HOST:PORT");
        }

        if (parsed.GetValue(_certificate) is null != parsed.GetValue(_key) is null)
        {
            throw new CliException(ExitCodes.Usage, "Usage", "--broker-cert and --broker-key belong together.");
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

    private static Uri ReadBoards(string text) => Uri.TryCreate("mqtts://" + text, UriKind.Absolute, out Uri? address) && address.Port > 0
        ? address
        : throw new CliException(ExitCodes.Usage, "Usage", "--broker-boards: HOST:PORT");
}
