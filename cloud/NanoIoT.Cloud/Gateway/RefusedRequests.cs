using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.WebUtilities;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Gateway;

/// <summary>
/// Kestrel answers requests that it cannot read (a path with <c>%00</c>, a header without a name) itself, before any
/// middleware runs, and without a body. This gives those answers of HTTP/1.1 the body that all other errors have.
/// </summary>
internal sealed class RefusedRequests : IObserver<KeyValuePair<string, object?>>
{
    private const string EventName = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private readonly TimeProvider _time;

    /// <summary>Begins to observe.</summary>
    /// <param name="diagnostics">Where Kestrel reports what it refuses.</param>
    /// <param name="time">The clock.</param>
    public RefusedRequests(DiagnosticListener diagnostics, TimeProvider time)
    {
        _time = time;
        diagnostics.Subscribe(this, name => name == EventName);
    }

    /// <summary>Prepares a connection, so that its answer can be replaced.</summary>
    /// <param name="next">What comes after.</param>
    /// <returns>The middleware.</returns>
    public static ConnectionDelegate Use(ConnectionDelegate next) => connection =>
    {
        var output = new ReplaceableOutput(connection.Transport.Output);
        connection.Features.Set(output);
        connection.Transport = new OutputPipe(connection.Transport.Input, output);
        return next(connection);
    };

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is IFeatureCollection request
            && request.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException refusal
            && request.Get<IHttpResponseFeature>() is { HasStarted: false }
            && request.Get<IHttp2StreamIdFeature>() is null)
        {
            request.Get<ReplaceableOutput>()?.Replace(CreateAnswer(refusal));
        }
    }

    public void OnCompleted()
    {
        // The service stops.
    }

    public void OnError(Exception error)
    {
        // A DiagnosticListener reports no errors.
    }

    private byte[] CreateAnswer(BadHttpRequestException refusal)
    {
        int status = refusal.StatusCode;
        bool isTooLarge = status is StatusCodes.Status413PayloadTooLarge
            or StatusCodes.Status414UriTooLong
            or StatusCodes.Status431RequestHeaderFieldsTooLarge;
        string code = isTooLarge ? ErrorCodes.TooLarge : ErrorCodes.InvalidRequest;
        var error = new JsonObject { ["code"] = code, ["message"] = refusal.Message };
        byte[] body = Encoding.UTF8.GetBytes(error.ToJsonString());
        string[] head =
        [
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}"),
            "Connection: close",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}"),
            "Content-Type: application/json; charset=utf-8",
            string.Create(CultureInfo.InvariantCulture, $"Date: {_time.GetUtcNow():R}"),
            "x-amzn-ErrorType: " + code,
            "\r\n",
        ];
        return [.. Encoding.ASCII.GetBytes(string.Join("\r\n", head)), .. body];
    }
}
