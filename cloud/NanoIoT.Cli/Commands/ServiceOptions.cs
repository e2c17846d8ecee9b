using System.CommandLine;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cli.Commands;

/// <summary>Options of commands that start the service.</summary>
internal sealed class ServiceOptions
{
    private readonly Option<string?> _data = new("--data") { Description = "the folder that holds everything the service keeps" };
    private readonly Option<bool> _temp = new("--temp") { Description = "use a new folder and delete it at the end" };
    private readonly Option<int> _mqtt;
    private readonly Option<int> _https;
    private readonly Option<string> _host = new("--host") { Description = "the name or address boards and users reach the service by", DefaultValueFactory = _ => "localhost" };
    private readonly Option<string> _listen = new("--listen") { Description = "the address to listen on; 0.0.0.0 for the whole network", DefaultValueFactory = _ => "127.0.0.1" };
    private readonly Option<string> _region = new("--region") { Description = "the AWS region in ARNs and for all AWS services" + AwsConnectionOptions.RegionDefault, DefaultValueFactory = _ => AwsConnectionOptions.DefaultRegion };
    private readonly Option<string> _account = new("--account") { Description = "the AWS account in names, twelve digits", DefaultValueFactory = _ => "000000000000" };

    private readonly Option<int> _sessionSeconds = new("--session-expiry") { Description = "seconds a persistent MQTT session may outlive its connection, 1 to 604800", DefaultValueFactory = _ => 3600 };

    private readonly Option<int> _maxConnections = new("--max-connections") { Description = "connections at a time; 0 for as many as the limit of open files (ulimit -n) and the memory allow" };
    private readonly Option<int> _addressConnections = new("--max-connections-per-address") { Description = "connections from one IPv4 address or one IPv6 /64 network; 0 for half of all" };
    private readonly Option<int> _queueMebibytes = new("--max-queue-memory") { Description = "memory in MiB for messages that are queued for connected clients; 0 for an eighth of the machine's memory" };

    private readonly Option<string?> _tables = new("--tables") { Description = "keep registry, shadows, rules, artifacts, campaigns and the rest in DynamoDB, in tables whose names begin so, e.g. nanoiot_ (needs --aws or --aws-endpoint dynamodb=URL)" };
    private readonly Option<string?> _firmwareBucket = new("--firmware-bucket") { Description = "keep images in this S3 bucket, from which boards then download (needs --aws or --aws-endpoint s3=URL)" };
    private readonly Option<string?> _firmwareKey = new("--firmware-key") { Description = "what signs images and manifests: a PEM file or kms:KEY (a key id, ARN or alias of AWS KMS, whose private half stays there); else firmware.key in the folder of keys" };
    private readonly Option<string[]> _trustedImageKeys = new("--trusted-image-key") { Description = "a public key (PEM file) that boards' boot loaders trust besides the firmware key: images signed with it may be published; may be given again" };
    private readonly Option<int> _retentionDays = new("--retention-days") { Description = "days to keep audit entries, the progress of ended campaigns, dead letters and files that rules write, 1 to 36500; with --tables, audit entries and progress are kept for 400 days regardless", DefaultValueFactory = _ => 400 };
    private readonly Option<int> _urlHours = new("--url-hours") { Description = "how long download URLs work, 1 to 168 hours; they are renewed before", DefaultValueFactory = _ => 168 };
    private readonly Option<int> _maxDownloads = new("--max-downloads") { Description = "downloads from this service at a time, 0 for no limit; others are told when to come back" };
    private readonly Option<long> _downloadRate = new("--download-rate") { Description = "bytes a second that all downloads from this service take together, 0 for no limit, else at least 1024" };
    private readonly Option<string?> _smtp = new("--smtp") { Description = "the mail server of rules and notifications: smtp://USER:PASSWORD@HOST:PORT (NANOIOT_SMTP)" };
    private readonly Option<string> _mailFrom = new("--mail-from") { Description = "whom mail is from", DefaultValueFactory = _ => "nanoiot@localhost" };
    private readonly Option<bool> _allowPrivateTargets = new("--allow-private-targets")
    {
        Description = "let URLs in rules, destinations and subscriptions lead to loopback, link-local and private addresses",
    };

    private readonly Option<int> _ruleRetrySeconds = new("--rule-retry") { Description = "seconds a rule's action is tried again before its result becomes a dead letter, 1 to 604800", DefaultValueFactory = _ => 900 };

    private readonly Option<string?> _publicApi = new("--public-api") { Description = "https://HOST[:PORT], the address at which users reach the API, for example that of a load balancer (default: --host and the HTTPS port)" };
    private readonly Option<string?> _publicDownloads = new("--public-downloads") { Description = "https://HOST[:PORT], the address at which boards download images from this service (default: the address of the API)" };
    private readonly Option<string?> _publicMqtt = new("--public-mqtt") { Description = "HOST:PORT, the address at which boards reach the embedded broker (default: --host and the MQTT port)" };
    private readonly Option<bool> _init = new("--init") { Description = "create missing keys and databases in a folder that was used by a service, and accept keys that differ from those used before; boards reject a service with new keys" };
    private readonly Option<bool> _forceStale = new("--force-stale") { Description = "start on a store whose data 'nanoiot migrate' has moved to another store" };
    private readonly AwsConnectionOptions _aws;
    private readonly BrokerOptions _broker;

    public ServiceOptions(Command command, int mqttPort, int httpsPort)
    {
        _mqtt = new Option<int>("--mqtt") { Description = "the MQTT port (TLS); 0 for any free one", DefaultValueFactory = _ => mqttPort };
        _https = new Option<int>("--https") { Description = "the HTTPS port; 0 for any free one", DefaultValueFactory = _ => httpsPort };
        AddRules();
        foreach (Option<int> count in new[] { _maxConnections, _addressConnections, _queueMebibytes })
        {
            command.Options.Add(count);
        }

        foreach (Option option in new Option[] { _data, _temp, _mqtt, _https, _host, _listen, _region, _account, _sessionSeconds, _tables, _firmwareBucket, _firmwareKey, _trustedImageKeys, _retentionDays, _urlHours, _maxDownloads, _downloadRate, _smtp, _mailFrom, _ruleRetrySeconds, _allowPrivateTargets, _publicApi, _publicDownloads, _publicMqtt, _init, _forceStale })
        {
            command.Options.Add(option);
        }

        _aws = new AwsConnectionOptions(command, _region);
        _broker = new BrokerOptions(command);
    }

    /// <summary>What each value must be; the rules that concern several options are in <see cref="Read"/>.</summary>
    private void AddRules()
    {
        _mqtt.RequirePort(0);
        _https.RequirePort(0);
        _host.RequireHost();
        _listen.RequireAddress();
        _account.Require(text => text.Length == 12 && text.All(char.IsAsciiDigit), "must be twelve digits");
        _sessionSeconds.RequireRange(1, 604800);
        _retentionDays.RequireRange(1, 36500);
        _urlHours.RequireRange(1, 168);
        _maxDownloads.RequireRange(0, int.MaxValue);
        _ruleRetrySeconds.RequireRange(1, 604800);
        _maxConnections.RequireRange(0, int.MaxValue);
        _addressConnections.RequireRange(0, int.MaxValue);
        _queueMebibytes.RequireRange(0, int.MaxValue);
        _downloadRate.Validators.Add(result =>
        {
            if (result.TryRead(out long value) && value is not 0 and < 1024)
            {
                result.AddError($"{_downloadRate.Name} must be 0, or at least 1024; it is {value}.");
            }
        });
        _mailFrom.RequireMailAddress();
        _smtp.Parses(text => ReadSmtp(text));
        _publicApi.Parses(text => ReadPublicUrl(_publicApi.Name, text));
        _publicDownloads.Parses(text => ReadPublicUrl(_publicDownloads.Name, text));
        _publicMqtt.Parses(text => ReadPublicMqtt(text));
    }

    /// <summary>Whether the folder is to be deleted at the end.</summary>
    public bool IsTemporary(ParseResult parsed) => parsed.GetValue(_temp);

    /// <summary>The service's options.</summary>
    public CloudOptions Read(ParseResult parsed)
    {
        if (IsTemporary(parsed) && parsed.GetValue(_data) is not null)
        {
            throw CliException.Usage("--data and --temp exclude each other.");
        }

        _aws.Require(parsed, parsed.GetValue(_tables) is not null, _tables.Name, "dynamodb");
        _aws.Require(parsed, parsed.GetValue(_firmwareBucket) is not null, _firmwareBucket.Name, "s3");
        _aws.Require(parsed, _broker.IsAwsIot(parsed), "--aws-iot", "iot");

        return new CloudOptions
        {
            DataFolder = IsTemporary(parsed) ? DataFolders.CreateTemporary() : Path.GetFullPath(parsed.GetValue(_data) ?? DataFolders.Default),
            MqttPort = parsed.GetValue(_mqtt),
            HttpsPort = parsed.GetValue(_https),
            Host = parsed.GetValue(_host)!,
            PublicApi = ReadPublicUrl("--public-api", parsed.GetValue(_publicApi)),
            PublicDownloads = ReadPublicUrl("--public-downloads", parsed.GetValue(_publicDownloads)),
            PublicMqtt = ReadPublicMqtt(parsed.GetValue(_publicMqtt)),
            Listen = parsed.GetValue(_listen)!,
            Region = parsed.GetValue(_region)!,
            Account = parsed.GetValue(_account)!,
            MaxSessionExpirySeconds = (uint)parsed.GetValue(_sessionSeconds),
            MaxConnections = parsed.GetValue(_maxConnections),
            MaxConnectionsPerAddress = parsed.GetValue(_addressConnections),
            MaxQueuedBytes = parsed.GetValue(_queueMebibytes) * 1024L * 1024,
            FirmwareKey = parsed.GetValue(_firmwareKey),
            TrustedImageKeys = parsed.GetValue(_trustedImageKeys) ?? [],
            RetentionDays = parsed.GetValue(_retentionDays),
            FirmwareBucket = parsed.GetValue(_firmwareBucket),
            UrlLifetime = TimeSpan.FromHours(parsed.GetValue(_urlHours)),
            MaxDownloads = parsed.GetValue(_maxDownloads),
            MaxDownloadBytesPerSecond = parsed.GetValue(_downloadRate),
            Tables = parsed.GetValue(_tables),
            Broker = _broker.Read(parsed),
            AwsIot = _broker.ReadAwsIot(parsed),
            KeyFolder = _broker.KeyFolder(parsed),
            Init = parsed.GetValue(_init),
            ForceStale = parsed.GetValue(_forceStale),
            LeaseSeconds = _broker.LeaseSeconds(parsed),
            Aws = _aws.Read(parsed),
            Smtp = ReadSmtp(parsed.GetValue(_smtp) ?? Environment.GetEnvironmentVariable("NANOIOT_SMTP")),
            MailFrom = parsed.GetValue(_mailFrom)!,
            AllowPrivateTargets = parsed.GetValue(_allowPrivateTargets),
            RuleRetryTime = TimeSpan.FromSeconds(parsed.GetValue(_ruleRetrySeconds)),
        };
    }

    private static Uri? ReadPublicUrl(string option, string? text)
    {
        if (text is null)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "https", PathAndQuery: "/", UserInfo: "", Fragment: "" }
            ? url
            : throw CliException.Usage($"{option}: '{text}' is not valid. Use https://HOST or https://HOST:PORT, without a path.");
    }

    private static Uri? ReadPublicMqtt(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return Uri.TryCreate("mqtts://" + text, UriKind.Absolute, out Uri? address) && address is { Port: > 0, Host.Length: > 0, PathAndQuery: "/" or "", UserInfo: "" }
            ? address
            : throw CliException.Usage($"--public-mqtt: '{text}' is not valid. Use HOST:PORT.");
    }

    private static Uri? ReadSmtp(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        // The value is not repeated: it may hold a password.
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "smtp" or "smtps", Host.Length: > 0, Port: not 0 }
            ? url
            : throw CliException.Usage("--smtp (NANOIOT_SMTP) is not valid. Use smtp://USER:PASSWORD@HOST:PORT or smtps://USER:PASSWORD@HOST:PORT.");
    }
}
