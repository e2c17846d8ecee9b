using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Shadows;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.AwsIot;

/// <summary>
/// The operations of AWS IoT that the service uses, signed (SigV4). What AWS limits, and what does not answer, is tried again for a
/// while. A refusal carries AWS's code.
/// </summary>
internal sealed class AwsIotClient : IDisposable
{
    public const string Control = "iot";
    public const string Data = "iotdata";
    private const int MaxTries = 5;
    private const int FirstWait = 200;
    private const int PageSize = 100;
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);

    private readonly AwsOptions _options;
    private readonly AwsClients _aws;
    private readonly ServerTrust _trust;
    private readonly HttpClient _http;

    /// <summary>Creates a client.</summary>
    /// <param name="options">Region and endpoints.</param>
    /// <param name="aws">Who signs.</param>
    /// <param name="caFile">CA certificates (PEM) its endpoints are trusted by; null for the machine's.</param>
    public AwsIotClient(AwsOptions options, AwsClients aws, string? caFile)
    {
        _options = options;
        _aws = aws;
        _trust = new ServerTrust(caFile, null);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = s_timeout, PooledConnectionLifetime = TimeSpan.FromMinutes(15) };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _trust.IsTrusted(certificate, chain, errors);
        _http = new HttpClient(handler) { Timeout = s_timeout };
    }

    /// <summary>Where the account's devices connect, and where its data plane is.</summary>
    public async Task<Uri> DescribeEndpointAsync(CancellationToken cancellationToken)
    {
        JsonObject answer = await SendAsync(HttpMethod.Get, Control, "endpoint?endpointType=iot%3AData-ATS", null, cancellationToken).ConfigureAwait(false);
        return new Uri("https://" + (answer["endpointAddress"]?.GetValue<string>() ?? throw new CloudException(ErrorCodes.StoreUnavailable, "AWS IoT names no endpoint of the account (DescribeEndpoint).")));
    }

    /// <summary>Refuses a fleet index that lacks what the service needs to know.</summary>
    /// <exception cref="CloudException">It does.</exception>
    public async Task RequireIndexAsync(CancellationToken cancellationToken)
    {
        JsonObject answer = await SendAsync(HttpMethod.Get, Control, "indexing/config", null, cancellationToken).ConfigureAwait(false);
        JsonObject things = answer["thingIndexingConfiguration"] as JsonObject ?? [];
        string[] names = [.. (things["filter"]?["namedShadowNames"] as JsonArray ?? []).OfType<JsonValue>().Select(name => name.GetValue<string>())];
        if (things["thingIndexingMode"]?.GetValue<string>() != "REGISTRY_AND_SHADOW" || things["namedShadowIndexingMode"]?.GetValue<string>() != "ON"
            || (things["filter"] is not null && !names.Contains(Topics.AgentShadow)))
        {
            throw new CloudException(
                ErrorCodes.IndexNotReady,
                "AWS IoT's fleet index must have registry and shadows, among them nanoiot. Once an account and region: aws iot update-indexing-configuration --thing-indexing-configuration "
                + "thingIndexingMode=REGISTRY_AND_SHADOW,thingConnectivityIndexingMode=STATUS,namedShadowIndexingMode=ON,filter={namedShadowNames=[nanoiot]}");
        }
    }

    /// <summary>Things that a query finds, page by page, each as it was at some moment of the last seconds.</summary>
    public async IAsyncEnumerable<IReadOnlyList<IndexedThing>> SearchAsync(string query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var body = new JsonObject { ["queryString"] = query, ["maxResults"] = PageSize };
            if (token is not null)
            {
                body["nextToken"] = token;
            }

            JsonObject answer = await SendAsync(HttpMethod.Post, Control, "indices/search", body, cancellationToken).ConfigureAwait(false);
            yield return [.. (answer["things"] as JsonArray ?? []).Select(IndexedThing.Parse).OfType<IndexedThing>()];
            token = answer["nextToken"]?.GetValue<string>();
        }
        while (token is not null);
    }

    /// <summary>A thing as the registry has it now, without its shadows; null where there is none. A refusal of anything else, also of the service's credentials, is AWS's state and says nothing of the thing.</summary>
    /// <exception cref="CloudException"><see cref="ErrorCodes.StoreUnavailable"/>: it may be asked again.</exception>
    public async Task<IndexedThing?> DescribeAsync(string thing, CancellationToken cancellationToken)
    {
        try
        {
            string path = "things/" + Uri.EscapeDataString(thing);
            JsonObject described = await SendAsync(HttpMethod.Get, Control, path, null, cancellationToken).ConfigureAwait(false);
            JsonObject groups = await SendAsync(HttpMethod.Get, Control, path + "/thing-groups?maxResults=250", null, cancellationToken).ConfigureAwait(false);
            return new IndexedThing
            {
                Name = thing,
                Id = described["thingId"]?.GetValue<string>() ?? string.Empty,
                TypeName = described["thingTypeName"]?.GetValue<string>(),
                Groups = [.. (groups["thingGroups"] as JsonArray ?? []).Select(group => group!["groupName"]!.GetValue<string>()).Order(StringComparer.Ordinal)],
                Attributes = IndexedThing.ReadAttributes(described),
            };
        }
        catch (CloudException exception) when (exception.Code == ErrorCodes.NotFound)
        {
            return null;
        }
        catch (CloudException exception) when (exception.Code != ErrorCodes.StoreUnavailable)
        {
            throw new CloudException(ErrorCodes.StoreUnavailable, exception.Message, exception);
        }
    }

    /// <summary>Sets attributes; others stay.</summary>
    public Task SetAttributesAsync(string thing, IEnumerable<KeyValuePair<string, string>> attributes, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Patch,
        Control,
        "things/" + Uri.EscapeDataString(thing),
        new JsonObject { ["attributePayload"] = new JsonObject { ["attributes"] = new JsonObject(attributes.Select(item => KeyValuePair.Create(item.Key, (JsonNode?)item.Value))), ["merge"] = true } },
        cancellationToken);

    /// <summary>Sets members of desired in the agent's shadow; others stay, null takes one away.</summary>
    public Task SetDesiredAsync(string thing, JsonObject desired, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post,
        Data,
        $"things/{Uri.EscapeDataString(thing)}/shadow?name={Topics.AgentShadow}",
        AgentDesired.Request(desired),
        cancellationToken);

    public void Dispose()
    {
        _http.Dispose();
        _trust.Dispose();
    }

    private static CloudException Refusal(HttpResponseMessage response, string path, string text)
    {
        string? code = response.Headers.TryGetValues("x-amzn-ErrorType", out IEnumerable<string>? values) ? values.First().Split(':')[0].Split('#')[^1] : null;
        string message = text;
        try
        {
            JsonNode? body = JsonNode.Parse(text);
            message = body?["message"]?.GetValue<string>() ?? body?["Message"]?.GetValue<string>() ?? text;
        }
        catch (JsonException)
        {
            // Not AWS's own words, but somebody's between.
            message = text[..Math.Min(text.Length, 200)];
        }

        return new CloudException(
            code ?? response.StatusCode switch
            {
                HttpStatusCode.NotFound => ErrorCodes.NotFound,
                HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => ErrorCodes.Forbidden,
                HttpStatusCode.TooManyRequests => ErrorCodes.Throttling,
                >= HttpStatusCode.InternalServerError => ErrorCodes.StoreUnavailable,
                _ => ErrorCodes.InvalidRequest,
            },
            $"AWS IoT refuses {path} ({(int)response.StatusCode}{(code is null ? string.Empty : " " + code)}): {message}");
    }

    /// <summary>Whether trying again may help: AWS limits it, or has trouble of its own.</summary>
    private static bool IsForNow(HttpStatusCode status, CloudException refusal) =>
        status == HttpStatusCode.TooManyRequests || status >= HttpStatusCode.InternalServerError || refusal.Code == ErrorCodes.Throttling;

    private async Task<JsonObject> SendAsync(HttpMethod method, string service, string pathAndQuery, JsonObject? json, CancellationToken cancellationToken)
    {
        // The data plane's is the account's own, and among the options since the start.
        Uri endpoint = _options.Endpoints.GetValueOrDefault(service) ?? new Uri($"https://iot.{_options.Region}.amazonaws.com");
        for (int i = 1; ; i++)
        {
            try
            {
                using HttpRequestMessage request = CreateRequest(method, service, new Uri(endpoint, "/" + pathAndQuery), json);
                using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
                string text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    return text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? [];
                }

                CloudException refusal = Refusal(response, $"{method} /{pathAndQuery}", text);
                if (!IsForNow(response.StatusCode, refusal))
                {
                    throw refusal;
                }

                if (i == MaxTries)
                {
                    throw new CloudException(ErrorCodes.StoreUnavailable, refusal.Message, refusal);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (i == MaxTries)
                {
                    throw new CloudException(ErrorCodes.StoreUnavailable, $"AWS IoT does not answer ({endpoint.Host}): {exception.GetBaseException().Message}", exception);
                }
            }

            await Task.Delay(Random.Shared.Next(FirstWait << (i - 1), FirstWait << i), cancellationToken).ConfigureAwait(false);
        }
    }

    private HttpRequestMessage CreateRequest(HttpMethod method, string service, Uri address, JsonObject? json)
    {
        byte[] body = json is null ? [] : Encoding.UTF8.GetBytes(json.ToJsonString(RecordStore.Json));
        var request = new HttpRequestMessage(method, address);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
        }

        try
        {
            RequestSigning.Sign(request, body, service, _options.Region, _aws.Credentials);
            return request;
        }
        catch (Amazon.Runtime.AmazonClientException exception)
        {
            request.Dispose();
            throw new CloudException(ErrorCodes.Unauthorized, $"There are no credentials for AWS IoT: {exception.Message}", exception);
        }
    }
}
