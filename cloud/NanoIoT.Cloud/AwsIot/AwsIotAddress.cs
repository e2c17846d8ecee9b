using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.AwsIot;

/// <summary>Where AWS IoT's device gateway is, for the service and for boards.</summary>
internal static class AwsIotAddress
{
    /// <summary>Options with the account's endpoint and the broker's address: as asked for, else a signed WebSocket at the account's endpoint.</summary>
    /// <exception cref="CloudException">AWS IoT does not answer, or options do not go together.</exception>
    public static async Task<CloudOptions> ResolveAsync(CloudOptions options)
    {
        if (options.AwsIot is not AwsIotOptions awsIot)
        {
            return options;
        }

        using var aws = new AwsClients(options.Aws);
        if (!aws.Has(AwsIotClient.Control))
        {
            throw new CloudException(ErrorCodes.InvalidRequest, AwsClients.Missing("AWS IoT") + ".");
        }

        Uri? endpoint = options.Aws.Endpoints.GetValueOrDefault(AwsIotClient.Data);
        if (endpoint is null)
        {
            using var client = new AwsIotClient(options.Aws, aws, awsIot.CaFile);
            endpoint = await client.DescribeEndpointAsync(CancellationToken.None).ConfigureAwait(false);
        }

        ExternalBrokerOptions broker = options.Broker ?? new ExternalBrokerOptions { Address = new UriBuilder(endpoint) { Scheme = "wss", Path = "/mqtt" }.Uri, CaFile = awsIot.CaFile };
        if (!broker.IsSigned && broker.CertificateFile is null)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "AWS IoT's MQTT ports want a certificate it has registered: --broker-cert and --broker-key. Without --broker the service signs instead.");
        }

        Uri boards = awsIot.BoardAddress ?? broker.BoardAddress ?? new Uri($"mqtts://{broker.Address.Host}:{(broker.IsSigned ? 8883 : broker.Port)}");
        return options with
        {
            Broker = broker with { Kind = BrokerKind.AwsIot, BoardAddress = boards },
            Aws = options.Aws with { Endpoints = new Dictionary<string, Uri>(options.Aws.Endpoints) { [AwsIotClient.Data] = endpoint } },
        };
    }
}
