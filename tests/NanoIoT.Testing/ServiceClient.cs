using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Testing;

/// <summary>A client of a service's API, as its first administrator.</summary>
public sealed class ServiceClient : IDisposable
{
    /// <summary>Creates a client.</summary>
    /// <param name="ready">How to reach the service.</param>
    public ServiceClient(ReadyInfo ready)
    {
        ArgumentNullException.ThrowIfNull(ready);
        Ca = X509CertificateLoader.LoadCertificateFromFile(ready.Ca);
        Downloads = Create(ready);
        Http = Create(ready);
        Http.DefaultRequestHeaders.Authorization = new("Bearer", ready.Token);
    }

    /// <summary>The CA that boards trust.</summary>
    public X509Certificate2 Ca { get; }

    /// <summary>Requests that carry the administrator's token.</summary>
    public HttpClient Http { get; }

    /// <summary>Requests that carry none, as boards' downloads.</summary>
    public HttpClient Downloads { get; }

    /// <summary>Gets a path's JSON.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The answer.</returns>
    public Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    /// <summary>Posts JSON.</summary>
    /// <param name="path">The path.</param>
    /// <param name="body">The JSON.</param>
    /// <returns>The answer.</returns>
    public Task<JsonNode> PostAsync(string path, JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return SendAsync(HttpMethod.Post, path, new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json"));
    }

    /// <summary>Sends a request.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="path">Its path.</param>
    /// <param name="content">Its content, or null.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="InvalidOperationException">It is refused.</exception>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using HttpResponseMessage answer = await Http.SendAsync(request).ConfigureAwait(false);
        string text = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Http.Dispose();
        Downloads.Dispose();
        Ca.Dispose();
    }

    private static HttpClient Create(ReadyInfo ready)
    {
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 64, UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        return new HttpClient(handler) { BaseAddress = new Uri(ready.Api), Timeout = TimeSpan.FromMinutes(5) };
    }
}
