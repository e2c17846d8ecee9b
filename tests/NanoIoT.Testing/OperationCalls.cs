using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rest.Input;

namespace NanoIoT.Testing;

/// <summary>Calls AWS's operations in this process, past HTTP and its credentials.</summary>
public static class OperationCalls
{
    private static readonly Caller s_caller = new("user/test", Role.Admin, null, null);

    /// <summary>Calls an operation.</summary>
    /// <param name="cloud">The service.</param>
    /// <param name="name">The operation.</param>
    /// <param name="body">Its body, or null.</param>
    /// <param name="values">Values of its path, query and headers.</param>
    /// <returns>The answer.</returns>
    public static async Task<JsonObject> CallAsync(this CloudService cloud, string name, JsonObject? body, params (string Name, string Value)[] values)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        Operation operation = cloud.Operations.Operations.Single(item => item.Name == name);
        var all = values.ToDictionary(item => item.Name, item => item.Value);
        byte[] raw = body is null ? [] : Encoding.UTF8.GetBytes(body.ToJsonString());
        Dictionary<string, string> Only(Func<string, bool> isOne) => all.Where(item => isOne(item.Key)).ToDictionary();
        bool IsInPath(string item) => operation.Path.Contains("{" + item + "}", StringComparison.Ordinal) || operation.Path.Contains("{" + item + "+}", StringComparison.Ordinal);
        bool IsHeader(string item) => item.StartsWith("x-amz", StringComparison.OrdinalIgnoreCase);
        var request = new OperationRequest(s_caller, Only(IsInPath), Only(item => !IsInPath(item) && !IsHeader(item)), Only(IsHeader).GetValueOrDefault, raw);
        OperationInput.Check(operation, request);
        OperationResult result = await operation.Handler(request, CancellationToken.None).ConfigureAwait(false);
        return (JsonObject)JsonNode.Parse(result.Body.Span)!;
    }

    /// <summary>Calls an operation, after one that takes a single value in its path.</summary>
    /// <param name="cloud">The service.</param>
    /// <param name="name">The operation.</param>
    /// <param name="json">Its body.</param>
    /// <param name="before">The operation before, its variable and its value.</param>
    /// <returns>The answer.</returns>
    public static async Task<JsonObject> CallAsync(this CloudService cloud, string name, string json, (string Name, string Variable, string Value) before)
    {
        await cloud.CallAsync(before.Name, null, (before.Variable, before.Value)).ConfigureAwait(false);
        return await cloud.CallAsync(name, (JsonObject)JsonNode.Parse(json)!).ConfigureAwait(false);
    }
}
