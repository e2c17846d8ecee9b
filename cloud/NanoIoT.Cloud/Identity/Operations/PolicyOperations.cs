using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Registry.Operations;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Identity.Operations;

/// <summary>AWS's operations on policies, their versions and what they are attached to.</summary>
internal sealed partial class PolicyOperations(IdentityStore identities, AccessControl access, IRegistry registry, RecordStore store, Arns arns) : IOperationSource
{
    public IEnumerable<Operation> Operations =>
    [
        new() { Name = "CreatePolicy", Method = "POST", Path = "/policies/{policyName}", Role = Role.Admin, Handler = CreateAsync },
        new() { Name = "GetPolicy", Method = "GET", Path = "/policies/{policyName}", Handler = (request, _) => Task.FromResult(Get(request)) },
        new() { Name = "DeletePolicy", Method = "DELETE", Path = "/policies/{policyName}", Role = Role.Admin, Handler = DeleteAsync },
        new() { Name = "ListPolicies", Method = "GET", Path = "/policies", Handler = (request, _) => Task.FromResult(List(request)) },
        new() { Name = "CreatePolicyVersion", Method = "POST", Path = "/policies/{policyName}/version", Role = Role.Admin, Handler = CreateVersionAsync },
        new() { Name = "GetPolicyVersion", Method = "GET", Path = "/policies/{policyName}/version/{policyVersionId}", Handler = (request, _) => Task.FromResult(GetVersion(request)) },
        new() { Name = "DeletePolicyVersion", Method = "DELETE", Path = "/policies/{policyName}/version/{policyVersionId}", Role = Role.Admin, Handler = DeleteVersionAsync },
        new() { Name = "ListPolicyVersions", Method = "GET", Path = "/policies/{policyName}/version", Handler = (request, _) => Task.FromResult(ListVersions(request)) },
        new() { Name = "SetDefaultPolicyVersion", Method = "PATCH", Path = "/policies/{policyName}/version/{policyVersionId}", Role = Role.Admin, Handler = SetDefaultAsync },
        new() { Name = "AttachPolicy", Method = "PUT", Path = "/target-policies/{policyName}", Role = Role.Operator, Handler = (request, cancellationToken) => AttachAsync("AttachPolicy", request, Target(request.RequiredText("target")), cancellationToken) },
        new() { Name = "DetachPolicy", Method = "POST", Path = "/target-policies/{policyName}", Role = Role.Operator, Handler = (request, cancellationToken) => DetachAsync("DetachPolicy", request, Target(request.RequiredText("target")), cancellationToken) },
        new() { Name = "AttachPrincipalPolicy", Method = "PUT", Path = "/principal-policies/{policyName}", Role = Role.Operator, Handler = (request, cancellationToken) => AttachAsync("AttachPrincipalPolicy", request, Principal(request), cancellationToken) },
        new() { Name = "DetachPrincipalPolicy", Method = "DELETE", Path = "/principal-policies/{policyName}", Role = Role.Operator, Handler = (request, cancellationToken) => DetachAsync("DetachPrincipalPolicy", request, Principal(request), cancellationToken) },
        new() { Name = "ListAttachedPolicies", Method = "POST", Path = "/attached-policies/{target+}", Handler = (request, _) => Task.FromResult(ListAttached(request)) },
        new() { Name = "ListPrincipalPolicies", Method = "GET", Path = "/principal-policies", Handler = (request, _) => Task.FromResult(ListOf(request, [Principal(request)])) },
        new() { Name = "ListPolicyPrincipals", Method = "GET", Path = "/policy-principals", Handler = (request, _) => Task.FromResult(ListTargets(request, request.RequiredHeader("x-amzn-iot-policy"), true)) },
        new() { Name = "ListTargetsForPolicy", Method = "POST", Path = "/policy-targets/{policyName}", Handler = (request, _) => Task.FromResult(ListTargets(request, NameOf(request), false)) },
        new() { Name = "GetEffectivePolicies", Method = "POST", Path = "/effective-policies", Support = Support.Partly, Note = "no Cognito identities", Handler = (request, _) => Task.FromResult(GetEffective(request)) },
        new() { Name = "TestAuthorization", Method = "POST", Path = "/test-authorization", Support = Support.Partly, Note = "no Cognito identities", Handler = (request, _) => Task.FromResult(Test(request)) },
    ];

    [GeneratedRegex(@"^[\w+=,.@-]{1,128}\z", RegexOptions.ECMAScript)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[0-9]{1,9}\z")]
    private static partial Regex VersionPattern();

    private static string NameOf(OperationRequest request) => request.PathMatching("policyName", NamePattern());

    private static CloudException NotFound(string name) => new(ErrorCodes.NotFound, $"Policy {name} does not exist.");

    private static string DocumentOf(OperationRequest request) => request.Text("policyDocument") ?? throw new CloudException(ErrorCodes.MalformedPolicy, "policyDocument: missing");

    private Policy Require(string name) => identities.Policies.Get(name) ?? throw NotFound(name);

    private static PolicyVersion RequireVersion(Policy policy, string id) => policy.Versions.FirstOrDefault(version => version.Id == id)
        ?? throw new CloudException(ErrorCodes.NotFound, $"Policy {policy.Name} has no version {id}.");

    /// <summary>A certificate's or a group's ARN, as it is stored; what it names must exist.</summary>
    private string Target(string arn)
    {
        string resource = arns.Resource(arn, "target");
        if (resource.StartsWith("cert/", StringComparison.Ordinal))
        {
            _ = identities.Find(resource["cert/".Length..]) ?? throw new CloudException(ErrorCodes.NotFound, $"{arn} does not exist.");
        }
        else if (!resource.StartsWith("thinggroup/", StringComparison.Ordinal) || registry.GroupAndParents(resource["thinggroup/".Length..]).Count == 0)
        {
            throw resource.StartsWith("thinggroup/", StringComparison.Ordinal)
                ? new CloudException(ErrorCodes.NotFound, $"{arn} does not exist.")
                : OperationRequest.Invalid("target: neither a certificate nor a thing group");
        }

        return resource;
    }

    private string Principal(OperationRequest request) => Target(request.RequiredHeader("x-amzn-iot-principal"));

    private async Task<OperationResult> CreateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = NameOf(request);
        string document = DocumentOf(request);
        _ = PolicyDocument.Parse(document, arns);
        Dictionary<string, string> tags = RegistryJson.Tags(request.Body);
        Policy policy = await store.WriteAsync(
            "CreatePolicy",
            transaction =>
            {
                Policy created = identities.CreatePolicy(transaction, name, document);
                registry.SetTags(transaction, "policy/" + name, tags);
                return created;
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject
        {
            ["policyName"] = name,
            ["policyArn"] = arns.Of("policy/" + name),
            ["policyDocument"] = document,
            ["policyVersionId"] = policy.DefaultVersion,
        });
    }

    private OperationResult Get(OperationRequest request)
    {
        Policy policy = Require(NameOf(request));
        return OperationResult.Json(new JsonObject
        {
            ["policyName"] = policy.Name,
            ["policyArn"] = arns.Of("policy/" + policy.Name),
            ["policyDocument"] = policy.Document(),
            ["defaultVersionId"] = policy.DefaultVersion,
            ["creationDate"] = policy.Created,
            ["lastModifiedDate"] = policy.Modified,
            ["generationId"] = policy.DefaultVersion,
        });
    }

    private async Task<OperationResult> DeleteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = NameOf(request);
        await store.WriteAsync(
            "DeletePolicy",
            transaction =>
            {
                Policy policy = transaction.Get(identities.Policies, name) ?? throw NotFound(name);
                if (policy.Versions.Count > 1)
                {
                    throw new CloudException(ErrorCodes.DeleteConflict, $"Cannot delete policy {name}: it has versions that are not the default. Delete them first.");
                }

                if (transaction.List(identities.Targets, name + "|").Count > 0)
                {
                    throw new CloudException(ErrorCodes.DeleteConflict, $"Cannot delete policy {name}: it is attached. Detach it first.");
                }

                transaction.Delete(identities.Policies, name);
                registry.DeleteTags(transaction, "policy/" + name);
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private OperationResult List(OperationRequest request)
    {
        (int limit, string? after) = request.Page("pageSize", "marker");
        IEnumerable<Policy> policies = identities.Policies.Range().Paged(policy => policy.Name, after, IsDescending(request));
        return Pages.Create(policies, limit, policy => policy.Name, policy => Describe(policy.Name), "policies", "nextMarker");
    }

    private static bool IsDescending(OperationRequest request) => request.Query("isAscendingOrder") == "false";

    private JsonObject Describe(string name) => new() { ["policyName"] = name, ["policyArn"] = arns.Of("policy/" + name) };

    private async Task<OperationResult> CreateVersionAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = NameOf(request);
        string document = DocumentOf(request);
        bool isDefault = request.QueryFlag("setAsDefault");
        _ = PolicyDocument.Parse(document, arns);
        string id = await store.WriteAsync(
            "CreatePolicyVersion",
            transaction =>
            {
                Policy policy = transaction.Get(identities.Policies, name) ?? throw NotFound(name);
                if (policy.Versions.Count >= IdentityStore.MaxPolicyVersions)
                {
                    throw new CloudException(ErrorCodes.VersionsLimitExceeded, $"Policy {name} has {IdentityStore.MaxPolicyVersions} versions. Delete one first.");
                }

                string version = policy.NextVersion.ToString(System.Globalization.CultureInfo.InvariantCulture);
                transaction.Put(identities.Policies, policy with
                {
                    Versions = [.. policy.Versions, new PolicyVersion(version, document, transaction.Now)],
                    DefaultVersion = isDefault ? version : policy.DefaultVersion,
                    NextVersion = policy.NextVersion + 1,
                    Modified = transaction.Now,
                });
                return version;
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject
        {
            ["policyArn"] = arns.Of("policy/" + name),
            ["policyDocument"] = document,
            ["policyVersionId"] = id,
            ["isDefaultVersion"] = isDefault,
        });
    }

    private OperationResult GetVersion(OperationRequest request)
    {
        Policy policy = Require(NameOf(request));
        PolicyVersion version = RequireVersion(policy, request.PathMatching("policyVersionId", VersionPattern()));
        return OperationResult.Json(new JsonObject
        {
            ["policyArn"] = arns.Of("policy/" + policy.Name),
            ["policyName"] = policy.Name,
            ["policyDocument"] = version.Document,
            ["policyVersionId"] = version.Id,
            ["isDefaultVersion"] = version.Id == policy.DefaultVersion,
            ["creationDate"] = version.Created,
            ["lastModifiedDate"] = version.Created,
            ["generationId"] = version.Id,
        });
    }

    private async Task<OperationResult> DeleteVersionAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = NameOf(request);
        string id = request.PathMatching("policyVersionId", VersionPattern());
        await store.WriteAsync(
            "DeletePolicyVersion",
            transaction =>
            {
                Policy policy = transaction.Get(identities.Policies, name) ?? throw NotFound(name);
                PolicyVersion version = RequireVersion(policy, id);
                if (id == policy.DefaultVersion)
                {
                    throw new CloudException(ErrorCodes.DeleteConflict, "The default version cannot be deleted.");
                }

                transaction.Put(identities.Policies, policy with { Versions = [.. policy.Versions.Where(item => item != version)], Modified = transaction.Now });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private OperationResult ListVersions(OperationRequest request)
    {
        Policy policy = Require(NameOf(request));
        return OperationResult.Json(new JsonObject
        {
            ["policyVersions"] = new JsonArray([.. policy.Versions.Reverse().Select(version => (JsonNode?)new JsonObject
            {
                ["versionId"] = version.Id,
                ["isDefaultVersion"] = version.Id == policy.DefaultVersion,
                ["createDate"] = version.Created,
            })]),
        });
    }

    private async Task<OperationResult> SetDefaultAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = NameOf(request);
        string id = request.PathMatching("policyVersionId", VersionPattern());
        await store.WriteAsync(
            "SetDefaultPolicyVersion",
            transaction =>
            {
                Policy policy = transaction.Get(identities.Policies, name) ?? throw NotFound(name);
                transaction.Put(identities.Policies, policy with { DefaultVersion = RequireVersion(policy, id).Id, Modified = transaction.Now });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private async Task<OperationResult> AttachAsync(string action, OperationRequest request, string target, CancellationToken cancellationToken)
    {
        string name = NameOf(request);
        await store.WriteAsync(action, transaction => identities.AttachPolicy(transaction, name, target), cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private async Task<OperationResult> DetachAsync(string action, OperationRequest request, string target, CancellationToken cancellationToken)
    {
        string name = NameOf(request);
        await store.WriteAsync(
            action,
            transaction =>
            {
                _ = transaction.Get(identities.Policies, name) ?? throw NotFound(name);

                // As AWS: detaching what is not attached succeeds.
                transaction.Delete(identities.Targets, name + "|" + target);
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private OperationResult ListAttached(OperationRequest request)
    {
        string target = Target(request.Path("target"));
        bool recursive = request.QueryFlag("recursive");
        string[] targets = [target];
        if (recursive && target.StartsWith("thinggroup/", StringComparison.Ordinal))
        {
            targets = [.. registry.GroupAndParents(target["thinggroup/".Length..]).Select(group => "thinggroup/" + group)];
        }
        else if (recursive)
        {
            targets = [target, .. registry.ThingsOf(target).Select(registry.Find).OfType<Thing>().SelectMany(thing => thing.StaticGroups).SelectMany(registry.GroupAndParents).Distinct().Select(group => "thinggroup/" + group)];
        }

        return ListOf(request, targets);
    }

    private OperationResult ListOf(OperationRequest request, string[] targets)
    {
        (int limit, string? after) = request.Page("pageSize", "marker");
        IEnumerable<string> names = targets.SelectMany(target => identities.Targets.RangeByAlternate(target + "|")).Select(item => item.Policy).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return Pages.Create(names.Paged(name => name, after, IsDescending(request)), limit, name => name, Describe, "policies", "nextMarker");
    }

    private OperationResult ListTargets(OperationRequest request, string name, bool onlyPrincipals)
    {
        (int limit, string? after) = request.Page("pageSize", "marker");
        _ = Require(name);
        IEnumerable<PolicyTarget> targets = identities.Targets.Range(name + "|")
            .Where(item => !onlyPrincipals || item.Target.StartsWith("cert/", StringComparison.Ordinal));
        return Pages.Create(
            targets.Paged(item => item.Target, after, IsDescending(request)),
            limit,
            item => item.Target,
            item => arns.Of(item.Target),
            onlyPrincipals ? "principals" : "targets",
            "nextMarker");
    }

    private OperationResult GetEffective(OperationRequest request)
    {
        RefuseCognito(request);
        string? principal = request.Text("principal") is string arn ? Target(arn) : null;
        Thing? thing = request.Query("thingName") is string name ? registry.Find(name) ?? throw new CloudException(ErrorCodes.NotFound, $"Thing {name} does not exist.") : null;
        if (principal is null && thing is null)
        {
            throw OperationRequest.Invalid("principal or thingName: missing");
        }

        return OperationResult.Json(new JsonObject
        {
            ["effectivePolicies"] = new JsonArray([.. access.Effective(principal, thing).Select(policy => (JsonNode?)new JsonObject
            {
                ["policyName"] = policy,
                ["policyArn"] = arns.Of("policy/" + policy),
                ["policyDocument"] = Require(policy).Document(),
            })]),
        });
    }

    private static void RefuseCognito(OperationRequest request)
    {
        if (request.Body["cognitoIdentityPoolId"] is not null)
        {
            throw new CloudException(ErrorCodes.NotSupported, "cognitoIdentityPoolId: this service has no Cognito identities");
        }
    }

    private OperationResult Test(OperationRequest request)
    {
        RefuseCognito(request);
        string principal = Target(request.RequiredText("principal"));
        if (!principal.StartsWith("cert/", StringComparison.Ordinal))
        {
            throw OperationRequest.Invalid("principal: not a certificate");
        }

        (AccessContext context, IReadOnlyList<(string Name, PolicyDocument Document)> policies) = access.Load(principal["cert/".Length..], request.Query("clientId"), null);
        IReadOnlyList<string> skipped = request.Texts("policyNamesToSkip") ?? [];
        policies = [.. policies.Where(policy => !skipped.Contains(policy.Name)), .. (request.Texts("policyNamesToAdd") ?? []).Select(name => (Require(name).Name, access.Compile(name)))];
        var results = new JsonArray();
        foreach (JsonNode? item in request.Body["authInfos"] as JsonArray ?? throw OperationRequest.Invalid("authInfos: missing"))
        {
            JsonObject info = item as JsonObject ?? throw OperationRequest.Invalid("authInfos: not a list of objects");
            foreach (string resource in OperationRequest.TextsOf(info, "resources") ?? throw OperationRequest.Invalid("resources: missing"))
            {
                results.Add(Test(context, policies, OperationRequest.TextOf(info, "actionType"), resource));
            }
        }

        return OperationResult.Json(new JsonObject { ["authResults"] = results });
    }

    private JsonObject Test(AccessContext context, IReadOnlyList<(string Name, PolicyDocument Document)> policies, string? actionType, string resource)
    {
        PolicyAction action = actionType switch
        {
            "PUBLISH" => PolicyAction.Publish,
            "SUBSCRIBE" => PolicyAction.Subscribe,
            "RECEIVE" => PolicyAction.Receive,
            "CONNECT" => PolicyAction.Connect,
            _ => throw OperationRequest.Invalid("actionType: PUBLISH, SUBSCRIBE, RECEIVE or CONNECT"),
        };
        string prefix = PolicyDocument.PrefixOf(action);
        string name = arns.Resource(resource, "resources");
        name = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : throw OperationRequest.Invalid($"resources: {actionType} is on {prefix}…");
        var byDecision = policies.ToLookup(policy => policy.Document.Evaluate(action, name, context), policy => policy.Name);
        Decision decision = byDecision.Contains(Decision.ExplicitDeny) ? Decision.ExplicitDeny : byDecision.Contains(Decision.Allowed) ? Decision.Allowed : Decision.ImplicitDeny;
        JsonObject List(Decision which) => new() { ["policies"] = new JsonArray([.. byDecision[which].Select(policy => (JsonNode?)Describe(policy))]) };
        return new JsonObject
        {
            ["authInfo"] = new JsonObject { ["actionType"] = actionType, ["resources"] = new JsonArray(resource) },
            ["allowed"] = List(Decision.Allowed),
            ["denied"] = new JsonObject { ["implicitDeny"] = List(Decision.ImplicitDeny), ["explicitDeny"] = List(Decision.ExplicitDeny) },
            ["authDecision"] = decision switch { Decision.Allowed => "ALLOWED", Decision.ExplicitDeny => "EXPLICIT_DENY", _ => "IMPLICIT_DENY" },
            ["missingContextValues"] = new JsonArray(),
        };
    }
}
