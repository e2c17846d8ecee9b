using Amazon;
using Amazon.DynamoDBv2;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;
using Amazon.SQS;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Aws;

/// <summary>
/// Clients of AWS's services, or of servers that speak their protocols, created when they are first asked for. The region is that of
/// the options; an endpoint is that of the options, else what the SDK takes from <c>AWS_ENDPOINT_URL_SERVICE</c>, else AWS's;
/// credentials are those of the SDK's chain: environment, profile, role.
/// </summary>
/// <param name="options">Which, and where.</param>
/// <param name="retries">How often the SDK tries again.</param>
public sealed class AwsClients(AwsOptions options, int retries = 5) : IDisposable
{
    private readonly Lock _lock = new();
    private AmazonDynamoDBClient? _dynamoDb;
    private AmazonS3Client? _s3;
    private AmazonSQSClient? _sqs;
    private AmazonKeyManagementServiceClient? _kms;
    private AWSCredentials? _credentials;

    /// <summary>DynamoDB.</summary>
    public AmazonDynamoDBClient DynamoDb => Open(ref _dynamoDb, () => new AmazonDynamoDBClient(Credentials, Configure(new AmazonDynamoDBConfig(), "dynamodb")));

    /// <summary>S3. Checksums by the caller's leave: servers that speak S3 elsewhere do not know AWS's newest.</summary>
    public AmazonS3Client S3 => Open(ref _s3, () => new AmazonS3Client(Credentials, Configure(
        new AmazonS3Config { ForcePathStyle = options.Endpoints.ContainsKey("s3"), RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED }, "s3")));

    /// <summary>SQS.</summary>
    public AmazonSQSClient Sqs => Open(ref _sqs, () => new AmazonSQSClient(Credentials, Configure(new AmazonSQSConfig(), "sqs")));

    /// <summary>KMS.</summary>
    public AmazonKeyManagementServiceClient Kms =>
        Open(ref _kms, () => new AmazonKeyManagementServiceClient(Credentials, Configure(new AmazonKeyManagementServiceConfig(), "kms")));

    /// <summary>Credentials from where the SDK takes them: environment, profile, role.</summary>
    /// <exception cref="CloudException">There are none.</exception>
    public AWSCredentials Credentials => _credentials ??= FindCredentials();

    /// <summary>The refusal of what needs AWS where the service was not given it.</summary>
    /// <param name="what">What needs it.</param>
    /// <returns>The words.</returns>
    public static string Missing(string what) => $"{what} reaches AWS, and this service was not given it: serve --aws, or --aws-endpoint SERVICE=URL";

    /// <summary>Whether a service can be reached.</summary>
    /// <param name="service">Its name in endpoints.</param>
    /// <returns>True where it can.</returns>
    public bool Has(string service) => options.IsOn || options.Endpoints.ContainsKey(service);

    /// <inheritdoc/>
    public void Dispose()
    {
        _dynamoDb?.Dispose();
        _s3?.Dispose();
        _sqs?.Dispose();
        _kms?.Dispose();
    }

    private static AWSCredentials FindCredentials()
    {
        try
        {
            return DefaultAWSCredentialsIdentityResolver.GetCredentials();
        }
        catch (AmazonClientException exception)
        {
            // The SDK's message has a line for each place it looked at; the log and the debugger have it as the cause.
            throw new CloudException(
                ErrorCodes.AwsCredentials,
                "No AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with AWS_PROFILE, or run with an AWS role.",
                exception);
        }
    }

    private T Open<T>(ref T? client, Func<T> create)
        where T : class
    {
        lock (_lock)
        {
            return client ??= create();
        }
    }

    private T Configure<T>(T config, string service)
        where T : ClientConfig
    {
        config.MaxErrorRetry = retries;
        config.Timeout = TimeSpan.FromSeconds(15);
        if (options.Endpoints.TryGetValue(service, out Uri? endpoint))
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = options.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return config;
    }
}
