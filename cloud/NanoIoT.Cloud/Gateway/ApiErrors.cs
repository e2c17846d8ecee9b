using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Shadows;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Turns what is thrown into answers with a stable code: <c>{"code":…,"message":…}</c>, and AWS's header with the code.</summary>
internal sealed partial class ApiErrors
{
    private readonly RequestDelegate _next;
    private readonly ILogger<ApiErrors> _logger;

    public ApiErrors(RequestDelegate next, ILogger<ApiErrors> logger)
    {
        _next = next;
        _logger = logger;
    }

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await _next(context).ConfigureAwait(false);
            await DescribeStatusAsync(context).ConfigureAwait(false);
        }
        catch (CloudException exception)
        {
            await WriteAsync(context, ErrorCodes.HttpStatus(exception.Code), exception.Code, exception.Message, exception.ResourceArn, exception.ResourceId).ConfigureAwait(false);
        }
        catch (ShadowException exception)
        {
            string code = exception.Code switch
            {
                404 => ErrorCodes.NotFound,
                409 => ErrorCodes.Conflict,
                413 => ErrorCodes.TooLarge,
                415 => ErrorCodes.UnsupportedEncoding,
                _ => ErrorCodes.InvalidRequest,
            };
            await WriteAsync(context, exception.Code, code, exception.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception)
        {
            string detail = exception.InnerException is JsonException json ? JsonErrors.Describe(json) : JsonErrors.Describe(exception);
            string code = exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorCodes.TooLarge : ErrorCodes.InvalidRequest;
            await WriteAsync(context, exception.StatusCode, code, detail).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
            return;
        }
        catch (Exception exception)
        {
            LogFailed(exception, context.Request.Method, context.Request.Path);
            await WriteAsync(context, 500, ErrorCodes.Internal, "The service failed to process the request. See its log for the cause.").ConfigureAwait(false);
        }
    }

    /// <summary>Gives the framework's own answers, which have no body, a code too.</summary>
    private static Task DescribeStatusAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        if (response.HasStarted || response.ContentLength is not null || response.ContentType is not null)
        {
            return Task.CompletedTask;
        }

        string method = context.Request.Method;
        return response.StatusCode switch
        {
            StatusCodes.Status404NotFound => WriteAsync(context, 404, ErrorCodes.NotFound, $"Path '{context.Request.Path}' does not exist."),
            StatusCodes.Status405MethodNotAllowed =>
                WriteAsync(context, 405, ErrorCodes.MethodNotAllowed, $"Path '{context.Request.Path}' does not support {method}; it supports {response.Headers.Allow}."),
            StatusCodes.Status415UnsupportedMediaType =>
                WriteAsync(context, 415, ErrorCodes.UnsupportedEncoding, "The body must be JSON: send 'Content-Type: application/json'."),
            _ => Task.CompletedTask,
        };
    }

    private static async Task WriteAsync(HttpContext context, int status, string code, string message, string? resourceArn = null, string? resourceId = null)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        StringValues allow = context.Response.Headers.Allow;
        context.Response.Clear();
        context.Response.Headers.Allow = allow;
        context.Response.StatusCode = status;
        context.Response.Headers["x-amzn-ErrorType"] = code;
        var body = new JsonObject { ["code"] = code, ["message"] = message };
        if (resourceArn is not null)
        {
            body["resourceArn"] = resourceArn;
            body["resourceId"] = resourceId;
        }

        await context.Response.WriteAsJsonAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogFailed(Exception exception, string method, string path);
}
