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

    public ApiClient(ConnectionSettings settings)
    {
        Url = settings.Url;
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        if (settings.CaPem is not null)
        {
            X509Certificate2 ca = X509Certificate2.CreateFromPem(settings.CaPem);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, sent, errors) =>
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
            };
        }

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

    public async Task<byte[]> DownloadAsync(string url, CancellationToken cancellationToken) =>
        await _http.GetByteArrayAsync(new Uri(url), cancellationToken).ConfigureAwait(false);

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

    public void Dispose() => _http.Dispose();

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
                throw new CliException(ExitCodes.Usage, json?["code"]?.GetValue<string>() ?? $"Http{(int)response.StatusCode}", json?["message"]?.GetValue<string>() ?? $"{Url} answered {(int)response.StatusCode} to {path}");
            }
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(exception);
        }
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

            string code = json?["code"]?.GetValue<string>() ?? $"Http{(int)response.StatusCode}";
            string message = json?["message"]?.GetValue<string>() ?? $"{Url} answered {(int)response.StatusCode} to {method} {path}";
            int exitCode = (int)response.StatusCode is >= 400 and < 500 ? ExitCodes.Usage : ExitCodes.Failure;
            throw new CliException(exitCode, code, message);
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
