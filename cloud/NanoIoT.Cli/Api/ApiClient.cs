using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NanoIoT.Cli.Api;

/// <summary>The service's HTTPS API.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>For what needs no credential, wherever it is: it sends none, also where it is redirected to.</summary>
    private readonly HttpClient _downloads;

    public ApiClient(ConnectionSettings settings)
    {
        Url = settings.Url;
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        var downloads = new SocketsHttpHandler { UseCookies = false };
        if (settings.CaPem is not null)
        {
            X509Certificate2 ca = X509Certificate2.CreateFromPem(settings.CaPem);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, sent, errors) => IsTrusted(ca, certificate, sent, errors);

            // Images may lie elsewhere, with a certificate that the machine trusts.
            downloads.SslOptions.RemoteCertificateValidationCallback = (_, certificate, sent, errors) =>
                errors == SslPolicyErrors.None || IsTrusted(ca, certificate, sent, errors);
        }

        _downloads = new HttpClient(downloads) { Timeout = TimeSpan.FromMinutes(10) };
        _http = new HttpClient(handler) { BaseAddress = settings.Url, Timeout = TimeSpan.FromSeconds(100) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.Token);
    }

    public Uri Url { get; }

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    public Task<JsonNode> PostAsync(string path, object? body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web), cancellationToken);

    public Task<JsonNode> PatchAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, path, JsonContent.Create(body, options: JsonSerializerOptions.Web), cancellationToken);

    public Task<JsonNode> PostBytesAsync(string path, byte[] body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, new ByteArrayContent(body), cancellationToken);

    public Task<JsonNode> DeleteAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    /// <summary>Downloads from a signed URL, which may be another server's: no credential of the API goes there.</summary>
    public async Task<byte[]> DownloadAsync(string url, CancellationToken cancellationToken)
    {
        var address = new Uri(url);
        try
        {
            return await _downloads.GetByteArrayAsync(address, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            string reason = (exception.InnerException ?? exception).Message;
            throw new CliException(ExitCodes.Unreachable, "DownloadFailed", $"The image cannot be downloaded from {address.GetLeftPart(UriPartial.Path)}: {reason}", exception);
        }
    }

    /// <summary>Reads lines as they come, until the service ends or it is given up.</summary>
    public async IAsyncEnumerable<string> GetLinesAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await OpenAsync(path, cancellationToken).ConfigureAwait(false);
        using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is string line)
        {
            yield return line;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _downloads.Dispose();
    }

    private static bool IsTrusted(X509Certificate2 ca, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 server || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(ca);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;

        // The issuing CA below the root comes with the server's certificate.
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        return chain.Build(server);
    }

    private async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            HttpResponseMessage response = await _http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                JsonNode? json = Parse(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
                throw Refused(response, json, $"GET {path}");
            }
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(exception);
        }
    }

    /// <summary>The service's refusal, or what is known of one that is not this service's.</summary>
    private CliException Refused(HttpResponseMessage response, JsonNode? json, string request)
    {
        JsonObject? refusal = json as JsonObject;
        string code = refusal?["code"]?.ToString() ?? $"Http{(int)response.StatusCode}";
        string message = refusal?["message"]?.ToString() ?? $"{Url} answered {(int)response.StatusCode} to {request}; it may not be a nanoIoT service.";
        return new CliException(ExitCodes.Failure, code, message);
    }

    /// <summary>Why no answer came, with what to do about it.</summary>
    private CliException Unreachable(HttpRequestException exception)
    {
        if (exception.HttpRequestError == HttpRequestError.SecureConnectionError && exception.InnerException is System.Security.Authentication.AuthenticationException)
        {
            return new CliException(
                ExitCodes.Unreachable,
                "CaNotTrusted",
                $"The certificate of {Url} is not trusted: {exception.InnerException.Message} "
                + "Name the CA certificate of the service with --ca FILE or NANOIOT_CA (a service writes it to ca.pem in its data folder).",
                exception);
        }

        return new CliException(ExitCodes.Unreachable, "NoService", $"No service answers at {Url}: {(exception.InnerException ?? exception).Message}", exception);
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            string text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            JsonNode? json = Parse(text);
            if (response.IsSuccessStatusCode && json is not null)
            {
                return json;
            }

            throw Refused(response, json, $"{method} {path}");
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(exception);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCodes.Unreachable, "NoService", $"{Url} does not answer.", exception);
        }
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Not ours: something else listens there.
            return null;
        }
    }
}
