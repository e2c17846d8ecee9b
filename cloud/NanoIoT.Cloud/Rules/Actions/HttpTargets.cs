using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Posts to HTTP targets.</summary>
internal sealed class HttpTargets(IHttpClientFactory http, AwsTargets aws, PrivateTargets privateTargets, TimeProvider time)
{
    /// <summary>The client for URLs that users write.</summary>
    public const string ClientName = "rules";

    /// <summary>The client for AWS's services, at the endpoints that the service was started with.</summary>
    public const string AwsClientName = "rules-aws";

    /// <summary>Seconds a target has to answer.</summary>
    public const int TimeoutSeconds = 10;

    /// <summary>Checks a URL that a user writes, as far as that is possible before its name is resolved.</summary>
    /// <param name="url">The URL.</param>
    /// <exception cref="Hosting.CloudException">It is not allowed.</exception>
    public void CheckUrl(string url) => privateTargets.Check(url);

    /// <summary>Posts a body.</summary>
    /// <param name="url">Where.</param>
    /// <param name="contentType">What it is.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">Headers beside it.</param>
    /// <param name="hmacKey">The key it is signed with, or null.</param>
    /// <param name="signing">AWS's service and region to sign for, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What came of it.</returns>
    public async Task<DeliveryOutcome> PostAsync(
        string url, string contentType, byte[] body, IEnumerable<(string Name, string Value)> headers, string? hmacKey, (string Service, string Region)? signing, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            return DeliveryOutcome.Failed("InvalidUrl", $"{SecretMask.HideQuery(url)}: no http or https URL");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach ((string name, string value) in headers)
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
            else if (value.AsSpan().ContainsAny('\r', '\n') || !request.Headers.TryAddWithoutValidation(name, value))
            {
                return DeliveryOutcome.Failed("InvalidHeader", $"{name}: no header");
            }
        }

        if (hmacKey is not null)
        {
            string timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.TryAddWithoutValidation("X-NanoIoT-Timestamp", timestamp);
            request.Headers.TryAddWithoutValidation("X-NanoIoT-Signature", "sha256=" + SignatureOf(hmacKey, timestamp, body));
        }

        if (signing is (string service, string region))
        {
            aws.Sign(request, body, service, region);
        }

        string shown = SecretMask.HideQuery(url);
        using HttpClient client = http.CreateClient(ClientName);
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            int status = (int)response.StatusCode;
            return response.IsSuccessStatusCode ? DeliveryOutcome.Done
                : status >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests ? DeliveryOutcome.Retry("HttpStatus", $"{shown} answered {status}")
                : DeliveryOutcome.Failed("HttpStatus", $"{shown} answered {status}");
        }
        catch (HttpRequestException exception) when (exception.InnerException is PrivateTargetException refused)
        {
            return DeliveryOutcome.Failed(PrivateTargets.Code, refused.Message);
        }
        catch (HttpRequestException exception)
        {
            return DeliveryOutcome.Retry("TargetUnreachable", exception.Message);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DeliveryOutcome.Retry("TargetTimeout", $"{shown} did not answer in {TimeoutSeconds} s");
        }
    }

    /// <summary>HMAC-SHA-256 of timestamp, point and body, in hexadecimal digits.</summary>
    private static string SignatureOf(string key, string timestamp, byte[] body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), (byte[])[.. Encoding.UTF8.GetBytes(timestamp + "."), .. body]));
}
