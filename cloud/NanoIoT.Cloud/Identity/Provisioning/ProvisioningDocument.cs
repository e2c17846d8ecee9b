using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Identity.Provisioning;

/// <summary>
/// AWS's provisioning template: parameters, mappings, and the resources made from them, with Ref, Fn::Join, Fn::Sub,
/// Fn::Select, Fn::Split and Fn::FindInMap.
/// </summary>
internal sealed partial class ProvisioningDocument
{
    private const int MaxDepth = 24;

    private readonly JsonObject _root;

    private ProvisioningDocument(JsonObject root)
    {
        _root = root;
    }

    /// <summary>Reads a template.</summary>
    /// <exception cref="CloudException">It is malformed.</exception>
    public static ProvisioningDocument Parse(string body)
    {
        JsonObject root;
        try
        {
            root = StrictJson.Parse(Encoding.UTF8.GetBytes(body), MaxDepth) as JsonObject ?? throw OperationRequest.Invalid("templateBody: not a JSON object");
        }
        catch (StrictJsonException exception)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "templateBody is not valid JSON: " + exception.Message, exception);
        }

        foreach ((string member, _) in root)
        {
            if (member is not ("Parameters" or "Mappings" or "Resources" or "DeviceConfiguration" or "AWSTemplateFormatVersion" or "Description"))
            {
                throw OperationRequest.Invalid($"templateBody: {member} is no member of a template");
            }
        }

        foreach ((string name, JsonNode? parameter) in OperationRequest.ObjectOf(root, "Parameters") ?? [])
        {
            if (parameter is not JsonObject declared || OperationRequest.TextOf(declared, "Type") is not ("String" or "Number"))
            {
                throw OperationRequest.Invalid($"templateBody: parameter {name} needs the Type String");
            }
        }

        JsonObject resources = OperationRequest.ObjectOf(root, "Resources") ?? throw OperationRequest.Invalid("templateBody: Resources is missing");
        foreach ((string name, JsonNode? node) in resources)
        {
            if (node is not JsonObject resource || OperationRequest.TextOf(resource, "Type") is not ("AWS::IoT::Thing" or "AWS::IoT::Certificate" or "AWS::IoT::Policy"))
            {
                throw OperationRequest.Invalid($"templateBody: the Type of {name} is none of AWS::IoT::Thing, AWS::IoT::Certificate, AWS::IoT::Policy");
            }
        }

        foreach (string type in new[] { "AWS::IoT::Thing", "AWS::IoT::Certificate" })
        {
            if (resources.Count(item => (string?)item.Value!["Type"] == type) > 1)
            {
                throw OperationRequest.Invalid($"templateBody: more than one {type}");
            }
        }

        return new ProvisioningDocument(root);
    }

    /// <summary>Checks the policies in the template, so that a condition that the service does not implement is refused at once.</summary>
    /// <param name="arns">The names resources have.</param>
    /// <returns>This document.</returns>
    /// <exception cref="CloudException">A policy is malformed.</exception>
    public ProvisioningDocument CheckPolicies(Arns arns)
    {
        foreach ((_, JsonNode? resource) in (JsonObject)_root["Resources"]!)
        {
            JsonNode? document = (resource?["Properties"] as JsonObject)?["PolicyDocument"];
            if (document is JsonObject policy && FunctionCall().IsMatch(policy.ToJsonString()))
            {
                CheckConditions(policy);
            }
            else if (document is not null && !IsCall(document))
            {
                _ = PolicyDocument.Parse(document is JsonObject ? document.ToJsonString() : document.ToString(), arns);
            }
        }

        return this;
    }

    /// <summary>What the template makes of parameters.</summary>
    /// <exception cref="CloudException">A parameter is missing, or a value is none.</exception>
    public ProvisioningPlan Evaluate(IReadOnlyDictionary<string, string> parameters)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, JsonNode? node) in OperationRequest.ObjectOf(_root, "Parameters") ?? [])
        {
            values[name] = parameters.GetValueOrDefault(name)
                ?? ((JsonObject)node!)["Default"]?.ToString()
                ?? throw OperationRequest.Invalid($"parameters: {name} is missing");
        }

        foreach (string name in parameters.Keys)
        {
            if (!values.ContainsKey(name) && !name.StartsWith("AWS::IoT::", StringComparison.Ordinal))
            {
                throw OperationRequest.Invalid($"parameters: {name} is none of the template's");
            }
        }

        var plan = new ProvisioningPlan { DeviceConfiguration = Resolve(_root["DeviceConfiguration"], values) as JsonObject ?? [] };
        foreach ((_, JsonNode? node) in (JsonObject)_root["Resources"]!)
        {
            var resource = (JsonObject)node!;
            JsonObject properties = Resolve(resource["Properties"], values) as JsonObject ?? [];
            plan = (string)resource["Type"]! switch
            {
                "AWS::IoT::Thing" => plan with { Thing = ReadThing(properties), Overrides = ReadOverrides(resource["OverrideSettings"] as JsonObject) },
                "AWS::IoT::Certificate" => plan with { Certificate = properties },
                _ => OperationRequest.TextOf(properties, "PolicyName") is string name
                    ? plan with { PolicyNames = [.. plan.PolicyNames, name] }
                    : plan with { PolicyDocuments = [.. plan.PolicyDocuments, (properties["PolicyDocument"] as JsonObject)?.ToJsonString() ?? OperationRequest.TextOf(properties, "PolicyDocument") ?? throw OperationRequest.Invalid("templateBody: a policy needs PolicyName or PolicyDocument")] },
            };
        }

        return plan;
    }

    /// <summary>Checks the conditions of a policy whose other parts depend on parameters.</summary>
    private static void CheckConditions(JsonObject policy)
    {
        IEnumerable<JsonNode?> statements = policy["Statement"] is JsonArray many ? many : [policy["Statement"]];
        foreach (JsonObject statement in statements.OfType<JsonObject>())
        {
            PolicyCondition.CheckNames(statement["Condition"]);
        }
    }

    private static bool IsCall(JsonNode node) => node is JsonObject { Count: 1 } call && FunctionCall().IsMatch(call.ToJsonString());

    private static ThingRequest ReadThing(JsonObject properties)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, JsonNode? value) in OperationRequest.ObjectOf(properties, "AttributePayload") ?? [])
        {
            attributes[name] = value?.ToString() ?? string.Empty;
        }

        return new ThingRequest
        {
            ThingName = OperationRequest.CheckName("ThingName", OperationRequest.TextOf(properties, "ThingName") ?? throw OperationRequest.Invalid("templateBody: ThingName is missing")),
            ThingTypeName = OperationRequest.TextOf(properties, "ThingTypeName"),
            BillingGroupName = OperationRequest.TextOf(properties, "BillingGroup"),
            Groups = OperationRequest.TextsOf(properties, "ThingGroups") ?? [],
            Attributes = attributes,
            CreatesMissing = false,
        };
    }

    private static ProvisioningOverrides ReadOverrides(JsonObject? settings)
    {
        string Setting(string name, params string[] allowed)
        {
            string value = settings is null ? "DO_NOTHING" : OperationRequest.TextOf(settings, name) ?? "DO_NOTHING";
            return value == "DO_NOTHING" || allowed.Contains(value) ? value : throw OperationRequest.Invalid($"templateBody: OverrideSettings.{name}: DO_NOTHING, {string.Join(", ", allowed)}");
        }

        return new ProvisioningOverrides(Setting("AttributePayload", "MERGE", "REPLACE"), Setting("ThingTypeName", "REPLACE"), Setting("ThingGroups", "REPLACE"), Setting("ExistingPrincipals", "FAIL"));
    }

    private JsonNode? Resolve(JsonNode? node, Dictionary<string, string> values) => node switch
    {
        JsonObject { Count: 1 } call when call.First() is { Key: "Ref" or "Fn::Join" or "Fn::Sub" or "Fn::Select" or "Fn::Split" or "Fn::FindInMap" } pair => Call(pair.Key, pair.Value, values),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Resolve(member.Value, values)))),
        JsonArray items => new JsonArray([.. items.Select(item => Resolve(item, values))]),
        _ => node?.DeepClone(),
    };

    private JsonNode? Call(string name, JsonNode? argument, Dictionary<string, string> values)
    {
        if (name == "Ref")
        {
            string parameter = argument?.ToString() ?? string.Empty;
            return values.TryGetValue(parameter, out string? value) ? value : throw OperationRequest.Invalid($"templateBody: Ref to {parameter}, which is no parameter");
        }

        if (name == "Fn::Sub")
        {
            string text = argument is JsonArray { Count: > 0 } withMap ? withMap[0]!.ToString() : argument?.ToString() ?? string.Empty;
            var map = argument is JsonArray { Count: 2 } pair ? Resolve(pair[1], values) as JsonObject : null;
            return Substitution().Replace(text, match => map?[match.Groups[1].Value]?.ToString()
                ?? (values.TryGetValue(match.Groups[1].Value, out string? value) ? value : throw OperationRequest.Invalid($"templateBody: Fn::Sub of {match.Groups[1].Value}, which is no parameter")));
        }

        JsonArray items = Resolve(argument, values) as JsonArray ?? throw OperationRequest.Invalid($"templateBody: {name} needs a list");
        switch (name)
        {
            case "Fn::Join" when items is [JsonNode separator, JsonArray parts]:
                return string.Join(separator.ToString(), parts.Select(part => part?.ToString()));
            case "Fn::Split" when items is [JsonNode separator, JsonNode text]:
                return new JsonArray([.. text.ToString().Split(separator.ToString()).Select(part => (JsonNode?)part)]);
            case "Fn::Select" when items is [JsonNode index, JsonArray choices] && int.TryParse(index.ToString(), out int at) && at >= 0 && at < choices.Count:
                return choices[at]?.DeepClone();
            case "Fn::FindInMap" when items is [JsonNode mapping, JsonNode first, JsonNode second]:
                return ((_root["Mappings"] as JsonObject)?[mapping.ToString()] as JsonObject)?[first.ToString()]?[second.ToString()]?.DeepClone()
                    ?? throw OperationRequest.Invalid($"templateBody: Fn::FindInMap finds no {mapping}.{first}.{second}");
            default:
                throw OperationRequest.Invalid($"templateBody: the arguments of {name} are not as AWS documents them");
        }
    }

    [GeneratedRegex("\"(Ref|Fn::[A-Za-z]+)\":")]
    private static partial Regex FunctionCall();

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Substitution();
}
