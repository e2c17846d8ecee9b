using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace NanoIoT.Testing;

/// <summary>An HTTP server that keeps what it is sent, and answers, fails or is slow on command.</summary>
public sealed class HttpRecorder : IAsyncDisposable
{
    private readonly WebApplication _application;

    private HttpRecorder(WebApplication application) => _application = application;

    /// <summary>What came, in its order.</summary>
    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    /// <summary>Answers a request: status and body. 200 and <c>{}</c> unless it is set.</summary>
    public Func<RecordedRequest, (int Status, string Body)> Answer { get; set; } = _ => (200, "{}");

    /// <summary>Where a request is redirected to (307), or null where it is answered. Answered unless it is set.</summary>
    public Func<RecordedRequest, Uri?> Redirect { get; set; } = _ => null;

    /// <summary>Its address.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts a server.</summary>
    /// <param name="port">Its port, or 0 for a free one.</param>
    /// <returns>The server.</returns>
    public static async Task<HttpRecorder> StartAsync(int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        WebApplication application = builder.Build();
        var recorder = new HttpRecorder(application);
        application.Run(recorder.HandleAsync);
        await application.StartAsync().ConfigureAwait(false);
        return recorder;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
        var request = new RecordedRequest(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            context.Request.Headers.ToDictionary(item => item.Key, item => item.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
        Requests.Enqueue(request);
        if (Redirect(request) is Uri target)
        {
            context.Response.Redirect(target.ToString(), permanent: false, preserveMethod: true);
            return;
        }

        (int status, string answer) = Answer(request);
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(answer).ConfigureAwait(false);
    }
}

/// <summary>A request as it came.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Body">Its body.</param>
public sealed record RecordedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Whether its SigV4 signature is right, worked out as AWS's documents say.</summary>
    /// <param name="secret">The secret of the access key.</param>
    /// <returns>True where it is.</returns>
    public bool IsSignedBy(string secret)
    {
        string authorization = Headers.GetValueOrDefault("Authorization", string.Empty);
        string Part(string name) => authorization[(authorization.IndexOf(name + "=", StringComparison.Ordinal) + name.Length + 1)..].Split(',')[0].Trim();
        if (!authorization.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
        {
            return false;
        }

        string[] scope = Part("Credential").Split('/');
        string[] names = Part("SignedHeaders").Split(';');
        string[] target = Target.Split('?', 2);
        string query = string.Join('&', (target.Length > 1 ? target[1] : string.Empty).Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=").Order(StringComparer.Ordinal));
        string path = string.Join('/', target[0].Split('/').Select(Uri.EscapeDataString));
        string hash = Convert.ToHexStringLower(SHA256.HashData(Body));
        string canonical = $"{Method}\n{path}\n{query}\n{string.Concat(names.Select(name => $"{name}:{Headers[name].Trim()}\n"))}\n{string.Join(';', names)}\n{hash}";
        return RequestSigner.Signature(secret, Headers["X-Amz-Date"], string.Join('/', scope[1..]), canonical) == Part("Signature");
    }
}
