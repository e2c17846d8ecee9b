using System.Security.Cryptography;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Tests;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>The contract, in an S3 server.</summary>
[TestClass]
public sealed class S3FirmwareTests : FirmwareStoreContract
{
    private readonly AwsServers _servers = new();
    private Uri _s3 = null!;

    protected override async Task<CloudOptions> CreateOptionsAsync(string folder)
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", AwsServers.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", AwsServers.Key);
        _s3 = await _servers.StartS3Async("firmware").ConfigureAwait(false);
        return new CloudOptions { DataFolder = folder, MqttPort = 0, HttpsPort = 0, FirmwareBucket = "firmware", Aws = new AwsOptions { Endpoints = new Dictionary<string, Uri> { ["s3"] = _s3 } } };
    }

    [TestMethod]
    public async Task The_aws_command_finds_the_image_with_its_metadata()
    {
        Artifact artifact = await PublishAsync("1.0.0", RandomNumberGenerator.GetBytes(9000)).ConfigureAwait(false);

        (int exitCode, string output, string errors) = await Programs.AwsAsync(_s3.ToString(), AwsServers.Key, AwsServers.Key, "eu-west-1", null, ["s3api", "head-object", "--bucket", "firmware", "--key", "firmware/" + artifact.File]).ConfigureAwait(false);

        Assert.AreEqual(0, exitCode, errors);
        Assert.Contains($"\"image-bytes\": \"{artifact.Manifest.Size}\"", output);
        Assert.IsEmpty(Directory.GetFiles(Path.Combine(Cloud.DataFolder, "firmware")), "nothing lies in the data folder");
    }

    [TestMethod]
    public async Task A_bucket_that_is_not_there_is_named_and_nothing_is_published()
    {
        await _servers.DisposeAsync().ConfigureAwait(false);

        CloudException refused = await Assert.ThrowsExactlyAsync<CloudException>(() => PublishAsync("1.0.0", new byte[9000])).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.ImageStore, refused.Code);
        Assert.Contains("firmware", refused.Message);
        Assert.IsEmpty(Cloud.Firmware.List());
    }

    protected override ValueTask CleanAsync() => _servers.DisposeAsync();
}
