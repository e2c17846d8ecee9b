using System.CommandLine;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cli.Commands;

/// <summary>The options of a command that reaches AWS, or servers that speak its protocols.</summary>
internal sealed class AwsConnectionOptions
{
    private readonly Option<bool> _aws = new("--aws") { Description = "reach AWS (region of --region; credentials from the environment, a profile or a role)" };
    private readonly Option<string[]> _endpoints = new("--aws-endpoint") { Description = "reach one service at a URL, SERVICE=URL: dynamodb, s3, sqs, sns, kinesis, firehose, lambda, iot or iotdata; may be repeated" };
    private readonly Option<string> _region;

    /// <param name="command">The command.</param>
    /// <param name="region">The region's option, where the command has one.</param>
    public AwsConnectionOptions(Command command, Option<string>? region = null)
    {
        _region = region ?? new Option<string>("--region") { Description = "the AWS region", DefaultValueFactory = _ => "eu-west-1" };
        command.Options.Add(_aws);
        command.Options.Add(_endpoints);
        if (region is null)
        {
            command.Options.Add(_region);
        }
    }

    public AwsOptions Read(ParseResult parsed) => new() { IsOn = parsed.GetValue(_aws), Region = parsed.GetValue(_region)!, Endpoints = ReadEndpoints(parsed.GetValue(_endpoints) ?? []) };

    private static Dictionary<string, Uri> ReadEndpoints(string[] pairs)
    {
        string[] services = ["dynamodb", "s3", "sqs", "sns", "kinesis", "firehose", "lambda", "iot", "iotdata"];
        var endpoints = new Dictionary<string, Uri>(StringComparer.Ordinal);
        foreach (string pair in pairs)
        {
            string[] parts = pair.Split('=', 2);
            endpoints[parts[0]] = services.Contains(parts[0]) && parts.Length == 2 && Uri.TryCreate(parts[1], UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
                ? new Uri(parts[1])
                : throw new CliException(ExitCodes.Usage, "Usage", $"--aws-endpoint {pair}: SERVICE=URL, SERVICE one of {string.Join(", ", services)}");
        }

        return endpoints;
    }
}
