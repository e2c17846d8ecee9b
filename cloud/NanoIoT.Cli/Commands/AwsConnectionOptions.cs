using System.CommandLine;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cli.Commands;

/// <summary>The options of a command that reaches AWS, or servers that speak its protocols.</summary>
internal sealed class AwsConnectionOptions
{
    private readonly Option<bool> _aws = new("--aws") { Description = "reach AWS (region of --region; credentials from the environment, a profile or a role)" };
    private readonly Option<string[]> _endpoints = new("--aws-endpoint") { Description = "reach one service at a URL, SERVICE=URL: dynamodb, s3, sqs, sns, kinesis, firehose, lambda, kms, iot or iotdata; may be repeated" };
    private static readonly string[] s_services = ["dynamodb", "s3", "sqs", "sns", "kinesis", "firehose", "lambda", "kms", "iot", "iotdata"];
    private static readonly string[] s_regions = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    private readonly Option<string> _region;

    /// <summary>How the help describes <see cref="DefaultRegion"/>.</summary>
    public const string RegionDefault = " (default: AWS_REGION, AWS_DEFAULT_REGION, else eu-west-1)";

    /// <summary>The region where none is named.</summary>
    public static string DefaultRegion => s_regions
        .Select(Environment.GetEnvironmentVariable)
        .FirstOrDefault(region => !string.IsNullOrEmpty(region)) ?? "eu-west-1";

    /// <param name="command">The command.</param>
    /// <param name="region">The region's option, where the command has one.</param>
    public AwsConnectionOptions(Command command, Option<string>? region = null)
        : this(region)
    {
        command.Options.Add(_aws);
        command.Options.Add(_endpoints);
        if (region is null)
        {
            command.Options.Add(_region);
        }
    }

    private AwsConnectionOptions(Option<string>? region)
    {
        _region = region ?? new Option<string>("--region") { Description = "the AWS region" + RegionDefault, DefaultValueFactory = _ => DefaultRegion };
        _region.RequireRegion();
        _endpoints.Parses(pair => ReadEndpoint(pair));
    }

    /// <summary>The options of a command that reaches AWS where it is given a key of KMS, and not otherwise.</summary>
    public static AwsConnectionOptions ForKeys(Command command)
    {
        var options = new AwsConnectionOptions((Option<string>?)null);
        command.Options.Add(options._region);
        command.Options.Add(options._endpoints);
        return options;
    }

    public AwsOptions Read(ParseResult parsed) => new() { IsOn = parsed.GetValue(_aws), Region = parsed.GetValue(_region)!, Endpoints = ReadEndpoints(parsed.GetValue(_endpoints) ?? []) };

    /// <summary>Refuses an option that needs AWS where the command line does not let the command reach it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isGiven">Whether the option is given.</param>
    /// <param name="option">Its name.</param>
    /// <param name="service">The service of AWS that it needs.</param>
    public void Require(ParseResult parsed, bool isGiven, string option, string service)
    {
        if (isGiven && !parsed.GetValue(_aws) && !ReadEndpoints(parsed.GetValue(_endpoints) ?? []).ContainsKey(service))
        {
            throw CliException.Usage($"{option} needs --aws or --aws-endpoint {service}=URL.");
        }
    }

    private static Dictionary<string, Uri> ReadEndpoints(string[] pairs)
    {
        var endpoints = new Dictionary<string, Uri>(StringComparer.Ordinal);
        foreach (string pair in pairs)
        {
            (string service, Uri url) = ReadEndpoint(pair);
            endpoints[service] = url;
        }

        return endpoints;
    }

    private static (string Service, Uri Url) ReadEndpoint(string pair)
    {
        string[] parts = pair.Split('=', 2);
        return s_services.Contains(parts[0]) && parts.Length == 2
            && Uri.TryCreate(parts[1], UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https", Host.Length: > 0 }
            ? (parts[0], url)
            : throw CliException.Usage(
                $"--aws-endpoint: '{pair}' is not valid. Use SERVICE=URL with an http:// or https:// URL; SERVICE is one of {string.Join(", ", s_services)}.");
    }
}
