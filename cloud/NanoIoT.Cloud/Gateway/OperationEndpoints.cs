using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rest.Input;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Serves AWS's REST interface: one endpoint for each operation, with the policy that it needs.</summary>
internal static class OperationEndpoints
{
    /// <summary>Maps the operations.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="catalog">The operations.</param>
    public static void Map(IEndpointRouteBuilder routes, OperationCatalog catalog)
    {
        foreach (Operation operation in catalog.Operations)
        {
            // {name+} is AWS's spelling of what the framework calls {**name}.
            string pattern = operation.Path.Replace("+}", "}", StringComparison.Ordinal);
            if (pattern.Length < operation.Path.Length)
            {
                pattern = pattern.Insert(pattern.LastIndexOf('{') + 1, "**");
            }

            routes.MapMethods(pattern, [operation.Method], context => InvokeAsync(context, operation))
                .RequireAuthorization(Policies.Of(operation))
                .WithMetadata(operation, new BodyLimit(operation.MaxBodyBytes))
                .WithDisplayName(operation.Name);
        }
    }

    /// <summary>An operation's request, read from its path, query and headers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="caller">Who makes it.</param>
    /// <param name="body">Its body.</param>
    /// <returns>The request.</returns>
    /// <exception cref="Hosting.CloudException">A parameter of the query stands there more than once.</exception>
    public static OperationRequest CreateRequest(HttpContext context, Operation operation, Caller caller, ReadOnlyMemory<byte> body)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, StringValues value) in context.Request.Query)
        {
            query[name] = value.Count == 1 ? value[0]! : throw OperationRequest.Invalid($"{name} must be given once; it is given {value.Count} times.");
        }

        return new OperationRequest(caller, RequestPath.Of(context).Read(operation.Path), query, name => ReadHeader(context, name), body);
    }

    private static string? ReadHeader(HttpContext context, string name) =>
        context.Request.Headers.TryGetValue(name, out StringValues value) ? value.ToString() : null;

    private static async Task InvokeAsync(HttpContext context, Operation operation)
    {
        byte[] body = await RequestBody.ReadAsync(context.Request, operation.MaxBodyBytes, context.RequestAborted).ConfigureAwait(false);
        Caller caller = Caller.Of(context.User) ?? Caller.Anonymous(context.Connection.RemoteIpAddress);
        OperationRequest request = CreateRequest(context, operation, caller, body);
        OperationInput.Check(operation, request);
        OperationResult result = await operation.Handler(request, context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = result.Body.Length;
        await context.Response.Body.WriteAsync(result.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
