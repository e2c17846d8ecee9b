namespace NanoIoT.Cloud.Hosting;

/// <summary>How to reach a service that runs: what its ready file says.</summary>
/// <param name="Api">The API's address.</param>
/// <param name="Mqtt">Host and port of the broker (TLS).</param>
/// <param name="Ca">The path of the CA certificate (PEM).</param>
/// <param name="Region">The AWS region in names.</param>
/// <param name="Account">The AWS account in names.</param>
/// <param name="Token">The first administrator's bearer token; null where it was deleted.</param>
/// <param name="AccessKeyId">The first administrator's access key; null where it was deleted.</param>
/// <param name="SecretAccessKey">The access key's secret; null where it was deleted.</param>
/// <param name="Pid">The process.</param>
public sealed record ReadyInfo(string Api, string Mqtt, string Ca, string Region, string Account, string? Token, string? AccessKeyId, string? SecretAccessKey, int Pid);
