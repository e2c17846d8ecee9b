using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway;

/// <summary>AWS's operations on where the service is and which events it publishes.</summary>
internal sealed class EndpointOperations(ServiceAddress address) : IOperationSource
{
    private static readonly string[] s_events =
    [
        "THING", "THING_GROUP", "THING_TYPE", "THING_GROUP_MEMBERSHIP", "THING_GROUP_HIERARCHY", "THING_TYPE_ASSOCIATION", "JOB", "JOB_EXECUTION", "POLICY", "CERTIFICATE", "CA_CERTIFICATE",
    ];

    public IEnumerable<Operation> Operations =>
    [
        new() { Name = "DescribeEndpoint", Method = "GET", Path = "/endpoint", Support = Support.Partly, Note = "the address has a port unless it is 443; `iot:CredentialProvider` is refused", Handler = (request, _) => Task.FromResult(Describe(request)) },
        new() { Name = "DescribeEventConfigurations", Method = "GET", Path = "/event-configurations", Handler = (_, _) => Task.FromResult(Events()) },
        new() { Name = "UpdateEventConfigurations", Method = "PATCH", Path = "/event-configurations", Role = Role.Admin, Support = Support.Partly, Note = "registry events are off; turning one on is refused", Handler = (request, _) => Task.FromResult(Update(request)) },
    ];

    private OperationResult Describe(OperationRequest request) => request.Query("endpointType") switch
    {
        null or "iot:Data" or "iot:Data-ATS" or "iot:Data-Beta" or "iot:Jobs" => OperationResult.Json(new JsonObject { ["endpointAddress"] = address.HostAndHttpsPort }),
        "iot:CredentialProvider" => throw new CloudException(ErrorCodes.NotSupported, "iot:CredentialProvider: this service gives no AWS credentials"),
        string other => throw OperationRequest.Invalid($"endpointType: {other} is none of iot:Data, iot:Data-ATS, iot:Jobs"),
    };

    private static OperationResult Events() => OperationResult.Json(new JsonObject
    {
        ["eventConfigurations"] = new JsonObject(s_events.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["Enabled"] = false }))),
    });

    private static OperationResult Update(OperationRequest request)
    {
        foreach ((string name, JsonNode? value) in request.Member("eventConfigurations") ?? [])
        {
            if (!s_events.Contains(name) || value is not JsonObject configuration)
            {
                throw OperationRequest.Invalid($"eventConfigurations: {name} is no event");
            }

            if (OperationRequest.FlagOf(configuration, "Enabled") == true)
            {
                throw new CloudException(ErrorCodes.NotSupported, $"{name}: this service publishes no registry events");
            }
        }

        return OperationResult.Empty;
    }
}
