using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cli.Api;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Starting;

/// <summary>Credentials are sent to the API and to no other address.</summary>
[TestClass]
public sealed class CredentialTests
{
    [TestMethod]
    public async Task A_download_elsewhere_and_its_redirects_carry_no_credential_of_the_API()
    {
        HttpRecorder s3 = await HttpRecorder.StartAsync().ConfigureAwait(false);
        HttpRecorder other = await HttpRecorder.StartAsync().ConfigureAwait(false);
        await using (s3.ConfigureAwait(false))
        await using (other.ConfigureAwait(false))
        {
            s3.Redirect = request => request.Target.StartsWith("/moved", StringComparison.Ordinal) ? new Uri(other.Address, "elsewhere") : null;
            using var api = new ApiClient(new ConnectionSettings(new Uri("https://localhost:1"), "api-token", null));

            byte[] direct = await api.DownloadAsync(new Uri(s3.Address, "images/firmware/x?X-Amz-Signature=1").ToString(), CancellationToken.None).ConfigureAwait(false);
            await api.DownloadAsync(new Uri(s3.Address, "moved").ToString(), CancellationToken.None).ConfigureAwait(false);

            Assert.AreEqual("{}", Encoding.UTF8.GetString(direct));
            RecordedRequest[] requests = [.. s3.Requests, .. other.Requests];
            Assert.HasCount(3, requests);
            foreach (RecordedRequest request in requests)
            {
                Assert.IsFalse(request.Headers.ContainsKey("Authorization"), request.Target);
                Assert.IsFalse(request.Headers.Values.Any(value => value.Contains("api-token", StringComparison.Ordinal)), request.Target);
            }
        }
    }

    [TestMethod]
    public async Task KMS_is_asked_in_the_region_and_at_the_endpoint_of_the_options()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "test");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "test");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        HttpRecorder kms = await HttpRecorder.StartAsync().ConfigureAwait(false);
        await using (kms.ConfigureAwait(false))
        {
            kms.Answer = request => (200, request.Headers["X-Amz-Target"] == "TrentService.Sign"
                ? new JsonObject { ["Signature"] = Convert.ToBase64String(key.SignHash(Convert.FromBase64String(JsonNode.Parse(request.Text)!["Message"]!.GetValue<string>()), DSASignatureFormat.Rfc3279DerSequence)) }.ToJsonString()
                : new JsonObject { ["PublicKey"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), ["KeySpec"] = "ECC_NIST_P256", ["KeyUsage"] = "SIGN_VERIFY" }.ToJsonString());
            var options = new AwsOptions { Region = "ap-southeast-2", Endpoints = new Dictionary<string, Uri> { ["kms"] = kms.Address } };

            using KmsSigner signer = await KmsSigner.OpenAsync("alias/firmware", options).ConfigureAwait(false);
            byte[] signature = await signer.SignHashAsync(SHA256.HashData("x"u8)).ConfigureAwait(false);

            Assert.IsTrue(key.VerifyData("x"u8, signature, HashAlgorithmName.SHA256));
            Assert.HasCount(2, kms.Requests);
            Assert.IsTrue(kms.Requests.All(request => request.Headers["Authorization"].Contains("/ap-southeast-2/kms/aws4_request", StringComparison.Ordinal)));
        }
    }
}
