using System.Collections.Concurrent;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using NanoIoT.Emulator.Hosting;
using NanoIoT.Emulator.Runtime;

namespace NanoIoT.Emulator.Network;

/// <summary>HTTP for boards: HTTP/1.1, one connection a request, no redirects, one trusted CA.</summary>
internal static class HttpChannel
{
    // One handler a CA: boards of a fleet share what a handler costs, not connections.
    private static readonly ConcurrentDictionary<string, HttpMessageInvoker> s_invokers = new(StringComparer.Ordinal);

    public static HttpExchange Send(HttpExchangeRequest request, BoardTraffic traffic, CancellationToken boardEnd)
    {
        HttpMessageInvoker invoker = s_invokers.GetOrAdd(request.CaPem ?? string.Empty, static ca => Create(ca.Length == 0 ? null : ca));
        var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Url) { Version = HttpVersion.Version11 };
        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(request.Body);
        }

        foreach ((string name, string value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var end = CancellationTokenSource.CreateLinkedTokenSource(boardEnd);
        try
        {
            end.CancelAfter(request.TimeoutMilliseconds);
            HttpResponseMessage response = invoker.Send(message, end.Token);
            end.CancelAfter(Timeout.Infinite);
            var headers = response.Headers.Concat(response.Content.Headers)
                .SelectMany(header => header.Value, (header, value) => KeyValuePair.Create(header.Key, value)).ToList();
            Stream body = new BodyStream(response.Content.ReadAsStream(boardEnd), traffic, request.ReadTimeoutMilliseconds, boardEnd);
            return new HttpExchange
            {
                Status = (int)response.StatusCode,
                StatusDescription = response.ReasonPhrase ?? string.Empty,
                ContentLength = response.Content.Headers.ContentLength ?? -1,
                Headers = headers,
                Body = body,
                Release = () =>
                {
                    response.Dispose();
                    message.Dispose();
                    end.Dispose();
                },
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or InvalidOperationException)
        {
            message.Dispose();
            end.Dispose();
            throw new IOException(exception is OperationCanceledException ? "no answer in time" : (exception.InnerException ?? exception).Message, exception);
        }
    }

    private static HttpMessageInvoker Create(string? caPem) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = PinnedTrust.Validator(caPem) },
    });
}
