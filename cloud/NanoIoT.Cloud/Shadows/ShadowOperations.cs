using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Shadows;

/// <summary>AWS's operations on shadows.</summary>
internal sealed class ShadowOperations(IShadowService shadows, AuditTrail audit, TimeProvider time) : IOperationSource
{
    private const int MaxBody = 128 * 1024;
    private const string Path = "/things/{thingName}/shadow";

    public IEnumerable<Operation> Operations =>
    [
        new()
        {
            Name = "GetThingShadow", Method = "GET", Path = Path, IsDataPlane = true,
            Device = request => new DeviceAccess("iot:GetThingShadow", Resource(request)),
            Handler = async (request, cancellationToken) => Answer(await shadows.GetAsync(request.PathName("thingName"), ShadowName(request), cancellationToken).ConfigureAwait(false)),
        },
        new()
        {
            Name = "UpdateThingShadow", Method = "POST", Path = Path, IsDataPlane = true, Role = Role.Operator, MaxBodyBytes = MaxBody,
            Device = request => new DeviceAccess("iot:UpdateThingShadow", Resource(request)),
            Handler = (request, cancellationToken) => ChangeAsync("UpdateThingShadow", request, shadows.UpdateAsync, cancellationToken),
        },
        new()
        {
            Name = "DeleteThingShadow", Method = "DELETE", Path = Path, IsDataPlane = true, Role = Role.Operator, MaxBodyBytes = MaxBody,
            Device = request => new DeviceAccess("iot:DeleteThingShadow", Resource(request)),
            Handler = (request, cancellationToken) => ChangeAsync("DeleteThingShadow", request, shadows.DeleteAsync, cancellationToken),
        },
        new()
        {
            Name = "ListNamedShadowsForThing", Method = "GET", Path = "/api/things/shadow/ListNamedShadowsForThing/{thingName}", IsDataPlane = true,
            Device = request => new DeviceAccess("iot:ListNamedShadowsForThing", "thing/" + request.PathName("thingName")),
            Handler = ListAsync,
        },
    ];

    /// <summary>As AWS: a named shadow's resource is <c>thing/THING/SHADOW</c>; the policy of the thing alone covers it here too.</summary>
    private static string Resource(OperationRequest request) => "thing/" + request.PathName("thingName");

    private static string ShadowName(OperationRequest request) => request.Query("name") switch
    {
        null => string.Empty,
        string name when ShadowNames.IsValid(name) => name,
        _ => throw OperationRequest.Invalid("name: " + ShadowNames.Rule),
    };

    private static OperationResult Answer(JsonObject document) => new(Encoding.UTF8.GetBytes(document.ToJsonString(ShadowState.Json)));

    /// <summary>Changes a shadow; what a user changed is written down (a device's state changes all the time, and is not).</summary>
    private async Task<OperationResult> ChangeAsync(string action, OperationRequest request, Func<string, string, ReadOnlyMemory<byte>, CancellationToken, Task<JsonObject>> change, CancellationToken cancellationToken)
    {
        string thing = request.PathName("thingName");
        string shadow = ShadowName(request);
        JsonNode? before = request.Caller.Role is null ? null : shadows.TryGet(thing, shadow)?["state"]?.DeepClone();
        JsonObject answer = await change(thing, shadow, request.Raw, cancellationToken).ConfigureAwait(false);
        if (request.Caller.Role is not null)
        {
            JsonNode? after = shadows.TryGet(thing, shadow)?["state"]?.DeepClone();
            await audit.AppendAsync(action, $"shadow/{thing}/{shadow}".TrimEnd('/'), before, after).ConfigureAwait(false);
        }

        return Answer(answer);
    }

    private async Task<OperationResult> ListAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        const int max = 100;
        (int limit, string? after) = request.Page("pageSize", "nextToken", max);
        string[] names = [.. (await shadows.ListNamesAsync(request.PathName("thingName"), cancellationToken).ConfigureAwait(false)).Following(name => name, after).Take(limit + 1)];
        var answer = new JsonObject
        {
            ["results"] = new JsonArray([.. names.Take(limit).Select(name => (JsonNode?)name)]),
            ["timestamp"] = time.GetUtcNow().ToUnixTimeSeconds(),
        };
        if (names.Length > limit)
        {
            answer["nextToken"] = OperationRequest.CreateToken(names[limit - 1]);
        }

        return OperationResult.Json(answer);
    }
}
