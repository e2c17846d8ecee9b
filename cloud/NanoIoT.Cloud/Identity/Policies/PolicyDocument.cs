using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>
/// A policy document, compiled: what it says is asked without reading it again. Statements are kept by the resource type
/// their actions are on, so a request looks at those alone.
/// </summary>
internal sealed class PolicyDocument
{
    private const int MaxDepth = 16;
    private const int MaxCharacters = 404_600;

    private static readonly string[] s_types = ["client/", "topic/", "topicfilter/", "thing/", string.Empty];

    private readonly PolicyStatement[][] _statements;

    private PolicyDocument(PolicyStatement[][] statements)
    {
        _statements = statements;
    }

    /// <summary>Whether an answer may change with the time alone.</summary>
    public bool DependsOnTime => _statements.Any(statements => statements.Any(statement => statement.DependsOnTime));

    /// <summary>What a resource of an action begins with.</summary>
    public static string PrefixOf(PolicyAction action) => s_types[TypeOf(action)];

    /// <summary>Compiles a document.</summary>
    /// <param name="text">The document.</param>
    /// <param name="arns">The names resources have.</param>
    /// <param name="reading">What is done with what the service does not implement.</param>
    /// <exception cref="CloudException">It is malformed.</exception>
    public static PolicyDocument Parse(string text, Arns arns, PolicyReading reading = PolicyReading.Create)
    {
        if (text.Length > MaxCharacters)
        {
            throw Malformed($"The policy is longer than {MaxCharacters} characters");
        }

        JsonObject root;
        try
        {
            root = StrictJson.Parse(Encoding.UTF8.GetBytes(text), MaxDepth) as JsonObject ?? throw Malformed("The policy is not a JSON object");
        }
        catch (StrictJsonException exception)
        {
            throw new CloudException(ErrorCodes.MalformedPolicy, "The policy is not valid JSON: " + exception.Message, exception);
        }

        if (root["Version"] is not JsonValue version || !version.TryGetValue(out string? date) || date is not ("2012-10-17" or "2008-10-17"))
        {
            throw Malformed("Version must be 2012-10-17");
        }

        foreach ((string member, _) in root)
        {
            if (member is not ("Version" or "Statement" or "Id"))
            {
                throw Malformed($"{member} is no member of a policy");
            }
        }

        JsonObject[] statements = root["Statement"] switch
        {
            JsonObject one => [one],
            JsonArray { Count: > 0 } many => [.. many.Select(item => item as JsonObject ?? throw Malformed("Statement holds something that is no object"))],
            _ => throw Malformed("Statement is missing"),
        };
        var byType = new List<PolicyStatement>[s_types.Length];
        for (int type = 0; type < byType.Length; type++)
        {
            byType[type] = [];
        }

        foreach (JsonObject statement in statements)
        {
            Compile(statement, arns, byType, reading);
        }

        return new PolicyDocument([.. byType.Select(items => items.ToArray())]);
    }

    /// <summary>What the document says of a request.</summary>
    public Decision Evaluate(PolicyAction action, string name, AccessContext context)
    {
        int type = TypeOf(action);
        Decision decision = Decision.ImplicitDeny;
        foreach (PolicyStatement statement in _statements[type])
        {
            // Once something allows, only what denies can change the answer.
            if ((decision == Decision.Allowed && statement.IsAllow) || !statement.Applies(action, s_types[type], name, context))
            {
                continue;
            }

            if (!statement.IsAllow)
            {
                return Decision.ExplicitDeny;
            }

            decision = Decision.Allowed;
        }

        return decision;
    }

    private static int TypeOf(PolicyAction action) => action switch
    {
        PolicyAction.Connect => 0,
        PolicyAction.Publish or PolicyAction.Receive or PolicyAction.RetainPublish or PolicyAction.GetRetainedMessage => 1,
        PolicyAction.Subscribe => 2,
        PolicyAction.ListRetainedMessages => 4,
        _ => 3,
    };

    private static void Compile(JsonObject statement, Arns arns, List<PolicyStatement>[] byType, PolicyReading reading)
    {
        foreach ((string member, _) in statement)
        {
            if (member is not ("Sid" or "Effect" or "Action" or "Resource" or "Condition"))
            {
                throw Malformed($"{member} is no member of a statement of an IoT policy");
            }
        }

        bool isAllow = Text(statement["Effect"]) switch
        {
            "Allow" => true,
            "Deny" => false,
            _ => throw Malformed("Effect must be Allow or Deny"),
        };
        PolicyAction actions = PolicyAction.None;
        foreach (string action in Texts(statement["Action"], "Action"))
        {
            actions |= ParseAction(action, reading);
        }

        string[] resources = [.. Texts(statement["Resource"], "Resource").Select(resource => CheckVariables(resource, isAllow, reading))];
        PolicyCondition[]? conditions = ConditionsOf(statement["Condition"], reading);
        for (int type = 0; type < s_types.Length; type++)
        {
            PolicyAction ofType = Enum.GetValues<PolicyAction>().Where(action => action is not (PolicyAction.None or PolicyAction.All) && (actions & action) != 0 && TypeOf(action) == type)
                .Aggregate(PolicyAction.None, (all, action) => all | action);
            if (ofType == PolicyAction.None)
            {
                continue;
            }

            var patterns = new List<PolicyPattern>();
            var whole = new List<PolicyPattern>();
            foreach (string resource in resources)
            {
                CompileResource(resource, s_types[type], arns, patterns, whole);
            }

            if (patterns.Count + whole.Count > 0)
            {
                byType[type].Add(new PolicyStatement(isAllow, ofType, [.. patterns], [.. whole], conditions));
            }
        }
    }

    private static PolicyCondition[]? ConditionsOf(JsonNode? node, PolicyReading reading)
    {
        try
        {
            return [.. PolicyCondition.Parse(node)];
        }
        catch (CloudException) when (reading == PolicyReading.Stored)
        {
            // Written by an earlier version, which let it pass.
            return null;
        }
    }

    /// <summary>A resource whose variables the service knows. In a stored statement that denies, an unknown variable stands for any text.</summary>
    private static string CheckVariables(string resource, bool isAllow, PolicyReading reading)
    {
        string[] unknown = [.. PolicyPattern.VariablesOf(resource).Where(name => !PolicyKeys.IsVariable(name))];
        if (unknown.Length > 0 && reading == PolicyReading.Create)
        {
            throw Malformed($"Resource: the policy variable '{unknown[0]}' is not supported.");
        }

        return isAllow ? resource : unknown.Aggregate(resource, (text, name) => text.Replace("${" + name + "}", "*", StringComparison.Ordinal));
    }

    /// <summary>Most resources begin with this account's prefix and the type: of those only the name is matched.</summary>
    private static void CompileResource(string resource, string type, Arns arns, List<PolicyPattern> patterns, List<PolicyPattern> whole)
    {
        if (resource != "*" && !resource.StartsWith("arn:", StringComparison.Ordinal))
        {
            throw Malformed($"Resource {resource} is neither * nor an ARN");
        }

        if (resource.StartsWith(arns.Prefix, StringComparison.Ordinal))
        {
            string rest = resource[arns.Prefix.Length..];
            if (rest.StartsWith(type, StringComparison.Ordinal))
            {
                patterns.Add(Parse(rest[type.Length..]));
            }
            else if (rest.IndexOfAny(['*', '?', '$']) is int wildcard && wildcard >= 0 && wildcard < type.Length)
            {
                whole.Add(Parse(rest));
            }

            return;
        }

        if (resource == "*")
        {
            patterns.Add(Parse("*"));
            return;
        }

        // arn:aws:iot:*:*:topic/x: region and account may be wildcards; match them here, once.
        string[] sections = resource.Split(':', 6);
        if (sections.Length == 6 && sections[5].Length > 0)
        {
            if (Parse(string.Join(':', sections[..5])).Matches(arns.Prefix.AsSpan(0, arns.Prefix.Length - 1), new AccessContext()))
            {
                CompileResource(arns.Prefix + sections[5], type, arns, patterns, whole);
            }
        }
        else if (Parse(resource).Matches(arns.Prefix + type + "x", new AccessContext()))
        {
            patterns.Add(Parse("*"));
        }
    }

    private static PolicyPattern Parse(string text) => PolicyPattern.Parse(text) ?? throw Malformed($"{text} has a ${{ that is not closed");

    private static PolicyAction ParseAction(string action, PolicyReading reading)
    {
        if (action == "*")
        {
            return PolicyAction.All;
        }

        if (!action.StartsWith("iot:", StringComparison.OrdinalIgnoreCase) && !action.StartsWith("iotjobsdata:", StringComparison.OrdinalIgnoreCase))
        {
            throw Malformed($"Action {action} is none of iot:");
        }

        string name = action[(action.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (!name.All(c => char.IsAsciiLetter(c) || c is '*' or '?') || name.Length == 0)
        {
            throw Malformed($"Action {action} is not a name");
        }

        // Actions of AWS that this service does not have (assuming roles, jobs) allow nothing here.
        PolicyAction found = PolicyAction.None;
        foreach (PolicyAction known in Enum.GetValues<PolicyAction>())
        {
            if (known is not (PolicyAction.None or PolicyAction.All) && Registry.Search.Glob.Matches(name, known.ToString()))
            {
                found |= known;
            }
        }

        if (found == PolicyAction.None && reading == PolicyReading.Create && !PolicyActionNames.IsKnown(name))
        {
            throw Malformed($"Action '{action}' does not exist.");
        }

        return found;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static IEnumerable<string> Texts(JsonNode? node, string member) => node switch
    {
        JsonArray { Count: > 0 } items => items.Select(item => Text(item) ?? throw Malformed($"{member} holds something that is no text")),
        JsonValue when Text(node) is string text => [text],
        _ => throw Malformed($"{member} is missing"),
    };

    private static CloudException Malformed(string message) => new(ErrorCodes.MalformedPolicy, message);
}
