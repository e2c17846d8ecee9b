using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Serves AWS's REST interface: finds the operation of a path, checks that the caller may, and answers as AWS does.</summary>
internal sealed class OperationEndpoint(OperationCatalog catalog, AccessControl access)
{
    private static readonly UTF8Encoding s_utf8 = new(false, true);

    public async Task InvokeAsync(HttpContext context)
    {
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        int mark = target.IndexOf('?', StringComparison.Ordinal);
        string path = mark < 0 ? target : target[..mark];
        List<string> segments = [.. path.Split('/').Skip(1).Select(Decode)];
        if (segments.Count > 1 && segments[^1].Length == 0)
        {
            segments.RemoveAt(segments.Count - 1);
        }

        Operation? operation = catalog.Find(context.Request.Method, segments, out Dictionary<string, string> values, out bool knowsPath);
        if (operation is null)
        {
            throw knowsPath
                ? new CloudException(ErrorCodes.MethodNotAllowed, $"The path has no method {context.Request.Method}.")
                : new CloudException(ErrorCodes.NotFound, "There is no such operation.");
        }

        var caller = (Caller)context.Items[typeof(Caller)]!;
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in context.Request.Query)
        {
            query[name] = value.Count == 1 ? value[0]! : throw OperationRequest.Invalid($"{name}: more than once");
        }

        byte[] body = await RequestBody.ReadAsync(context.Request, operation.MaxBodyBytes, context.RequestAborted).ConfigureAwait(false);
        var request = new OperationRequest(caller, values, query, name => context.Request.Headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues value) ? value.ToString() : null, body);
        Authorize(operation, request);
        Rest.Input.OperationInput.Check(operation, request);
        OperationResult result = await operation.Handler(request, context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = result.Body.Length;
        await context.Response.Body.WriteAsync(result.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static string Decode(string segment)
    {
        try
        {
            byte[] bytes = Encoding.ASCII.GetBytes(segment);
            var decoded = new byte[bytes.Length];
            int length = 0;
            for (int i = 0; i < bytes.Length; i++)
            {
                if (bytes[i] == (byte)'%')
                {
                    decoded[length++] = i + 2 < bytes.Length ? Convert.FromHexString(segment.AsSpan(i + 1, 2))[0] : throw new FormatException();
                    i += 2;
                }
                else
                {
                    decoded[length++] = bytes[i];
                }
            }

            return s_utf8.GetString(decoded, 0, length);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "The path is not percent-encoded UTF-8.", exception);
        }
    }

    private void Authorize(Operation operation, OperationRequest request)
    {
        Caller caller = request.Caller;
        if (caller.Role is Role role)
        {
            if (role < operation.Role)
            {
                throw new CloudException(ErrorCodes.Forbidden, $"{operation.Name} needs the role {operation.Role.ToString().ToLowerInvariant()}; {caller.Actor} is {role.ToString().ToLowerInvariant()}.");
            }

            Actor.Current = caller.Actor;
            return;
        }

        DeviceAccess needed = operation.Device?.Invoke(request) ?? throw new CloudException(ErrorCodes.Forbidden, $"{operation.Name} is not for devices.");
        ConnectionAccess connection = access.For(caller.CertificateId!, null, caller.SourceAddress);
        PolicyAction action = Enum.Parse<PolicyAction>(needed.Action["iot:".Length..]);
        string name = needed.Resource[(needed.Resource.IndexOf('/', StringComparison.Ordinal) + 1)..];
        bool allowed = connection.IsAllowed(action, name) && (action != PolicyAction.RetainPublish || connection.IsAllowed(PolicyAction.Publish, name));
        if (!allowed)
        {
            throw new CloudException(ErrorCodes.Forbidden, $"{needed.Action} is not allowed on {needed.Resource}.");
        }

        Actor.Current = connection.Thing is Registry.Thing thing ? "thing/" + thing.ThingName : caller.Actor;
    }
}
