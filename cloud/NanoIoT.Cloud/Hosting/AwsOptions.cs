namespace NanoIoT.Cloud.Hosting;

/// <summary>Which services of AWS rules may reach. Credentials come from where the AWS SDK takes them: environment, profile, role.</summary>
public sealed record AwsOptions
{
    /// <summary>The region.</summary>
    public string Region { get; init; } = "eu-west-1";

    /// <summary>Whether all services are reached at AWS; else those alone that have an endpoint.</summary>
    public bool IsOn { get; init; }

    /// <summary>Endpoints by service, in lower case: dynamodb, s3, sqs, sns, kinesis, firehose, lambda, kms, iot, iotdata.</summary>
    public IReadOnlyDictionary<string, Uri> Endpoints { get; init; } = new Dictionary<string, Uri>();
}
