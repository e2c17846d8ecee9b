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
    private readonly Option<string> _region = new("--region") { Description = "the AWS region in names", DefaultValueFactory = _ => "eu-west-1" };
    private readonly Option<string> _account = new("--account") { Description = "the AWS account in names, twelve digits", DefaultValueFactory = _ => "000000000000" };

    private readonly Option<int> _sessionSeconds = new("--session-expiry") { Description = "seconds a persistent MQTT session may outlive its connection, 1 to 604800", DefaultValueFactory = _ => 3600 };

    public ServiceOptions(Command command, int mqttPort, int httpsPort)
    {
        _mqtt = new Option<int>("--mqtt") { Description = "the MQTT port (TLS); 0 for any free one", DefaultValueFactory = _ => mqttPort };
        _https = new Option<int>("--https") { Description = "the HTTPS port; 0 for any free one", DefaultValueFactory = _ => httpsPort };
        foreach (Option<int> port in new[] { _mqtt, _https })
        {
            port.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() is < 0 or > 65535)
                {
                    result.AddError("ports are 0 to 65535");
                }
            });
        }

        _listen.Validators.Add(result =>
        {
            if (!System.Net.IPAddress.TryParse(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError("--listen: not an IP address");
            }
        });
        _account.Validators.Add(result =>
        {
            string account = result.GetValueOrDefault<string>();
            if (account.Length != 12 || !account.All(char.IsAsciiDigit))
            {
                result.AddError("--account: twelve digits");
            }
        });
        _sessionSeconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 604800)
            {
                result.AddError("--session-expiry: 1 to 604800");
            }
        });
        foreach (Option option in new Option[] { _data, _temp, _mqtt, _https, _host, _listen, _region, _account, _sessionSeconds })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether the folder is to be deleted at the end.</summary>
    public bool IsTemporary(ParseResult parsed) => parsed.GetValue(_temp);

    /// <summary>The service's options.</summary>
    public CloudOptions Read(ParseResult parsed)
    {
        if (IsTemporary(parsed) && parsed.GetValue(_data) is not null)
        {
            throw new CliException(ExitCodes.Usage, "Usage", "--data and --temp exclude each other.");
        }

        return new CloudOptions
        {
            DataFolder = IsTemporary(parsed) ? DataFolders.CreateTemporary() : Path.GetFullPath(parsed.GetValue(_data) ?? DataFolders.Default),
            MqttPort = parsed.GetValue(_mqtt),
            HttpsPort = parsed.GetValue(_https),
            Host = parsed.GetValue(_host)!,
            Listen = parsed.GetValue(_listen)!,
            Region = parsed.GetValue(_region)!,
            Account = parsed.GetValue(_account)!,
            MaxSessionExpirySeconds = (uint)parsed.GetValue(_sessionSeconds),
        };
    }
}
