using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;
using Amazon.SQS;

namespace NanoIoT.Cloud.Aws;

/// <summary>Signs requests to services of AWS that no SDK here knows (SigV4): by the signer of the SDK's core.</summary>
internal static class RequestSigning
{
    private const string DeviceGateway = "iotdevicegateway";

    /// <summary>Signs a request in its headers.</summary>
    /// <param name="request">The request, with an absolute address.</param>
    /// <param name="body">Its body.</param>
    /// <param name="service">The service's name in the signature's scope.</param>
    /// <param name="region">The region.</param>
    /// <param name="credentials">Who signs.</param>
    public static void Sign(HttpRequestMessage request, byte[] body, string service, string region, AWSCredentials credentials)
    {
        Uri address = request.RequestUri!;
        var signed = new DefaultRequest(new Unmodelled(), service)
        {
            Endpoint = new Uri(address.GetLeftPart(UriPartial.Authority)),
            HttpMethod = request.Method.Method,
            ResourcePath = Uri.UnescapeDataString(address.AbsolutePath),
            Content = body,
            DeterminedSigningRegion = region,
            UseQueryString = false,
        };
        foreach (string pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            signed.SubResources.Add(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : string.Empty);
        }

        foreach ((string name, IEnumerable<string> values) in request.Headers.Concat(request.Content is null ? [] : request.Content.Headers))
        {
            signed.Headers[name] = string.Join(',', values);
        }

        var config = new AmazonSQSConfig { AuthenticationRegion = region, AuthenticationServiceName = service };
        ImmutableCredentials known = credentials.GetCredentials();
        if (known.UseToken)
        {
            // Of a role: the token is signed with the rest.
            signed.Headers["X-Amz-Security-Token"] = known.Token;
        }

        new AWS4Signer(signPayload: true).Sign(signed, config, new RequestMetrics(), credentials);
        foreach (string name in new[] { "Authorization", "X-Amz-Date", "X-Amz-Content-SHA256", "X-Amz-Security-Token" })
        {
            if (signed.Headers.TryGetValue(name, out string? value) && value is not null)
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    /// <summary>The address of a WebSocket to AWS IoT's device gateway, signed in its query. As AWS IoT has it, and no other service, a role's token follows the signature and is not signed.</summary>
    /// <param name="address">Host, port and path.</param>
    /// <param name="region">The region.</param>
    /// <param name="credentials">Who signs.</param>
    /// <param name="now">The time.</param>
    /// <returns>The address; good for five minutes.</returns>
    public static Uri SignWebSocket(Uri address, string region, ImmutableCredentials credentials, DateTimeOffset now)
    {
        string date = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string scope = $"{date[..8]}/{region}/{DeviceGateway}/aws4_request";
        string query = $"X-Amz-Algorithm={SignatureV4.Algorithm}&X-Amz-Credential={Uri.EscapeDataString(credentials.AccessKey + "/" + scope)}&X-Amz-Date={date}&X-Amz-Expires=300&X-Amz-SignedHeaders=host";
        string canonical = $"GET\n{address.AbsolutePath}\n{query}\nhost:{address.Authority}\n\nhost\n{SignatureV4.Hash(string.Empty)}";
        string signature = SignatureV4.Compute(credentials.SecretKey, date, scope, canonical);
        string token = credentials.UseToken ? "&X-Amz-Security-Token=" + Uri.EscapeDataString(credentials.Token) : string.Empty;
        return new UriBuilder(address) { Query = $"{query}&X-Amz-Signature={signature}{token}" }.Uri;
    }

    private sealed class Unmodelled : AmazonWebServiceRequest;
}
