using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Provisioning;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Registry.Operations;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Identity.Operations;

/// <summary>AWS's operations on provisioning templates and claims.</summary>
internal sealed partial class ProvisioningOperations(ProvisioningService provisioning, IRegistry registry, RecordStore store, Arns arns) : IOperationSource
{
    private const int MaxVersions = 5;
    private const string HookNote = "`preProvisioningHook` is refused (it is a Lambda function)";

    public IEnumerable<Operation> Operations =>
    [
        new() { Name = "CreateProvisioningTemplate", Method = "POST", Path = "/provisioning-templates", Role = Role.Admin, Support = Support.Partly, Note = HookNote, Handler = CreateAsync },
        new() { Name = "DescribeProvisioningTemplate", Method = "GET", Path = "/provisioning-templates/{templateName}", Handler = (request, _) => Task.FromResult(Describe(request)) },
        new() { Name = "UpdateProvisioningTemplate", Method = "PATCH", Path = "/provisioning-templates/{templateName}", Role = Role.Admin, Support = Support.Partly, Note = HookNote, Handler = UpdateAsync },
        new() { Name = "DeleteProvisioningTemplate", Method = "DELETE", Path = "/provisioning-templates/{templateName}", Role = Role.Admin, Handler = DeleteAsync },
        new() { Name = "ListProvisioningTemplates", Method = "GET", Path = "/provisioning-templates", Handler = (request, _) => Task.FromResult(List(request)) },
        new() { Name = "CreateProvisioningTemplateVersion", Method = "POST", Path = "/provisioning-templates/{templateName}/versions", Role = Role.Admin, Handler = CreateVersionAsync },
        new() { Name = "DescribeProvisioningTemplateVersion", Method = "GET", Path = "/provisioning-templates/{templateName}/versions/{versionId}", Handler = (request, _) => Task.FromResult(DescribeVersion(request)) },
        new() { Name = "DeleteProvisioningTemplateVersion", Method = "DELETE", Path = "/provisioning-templates/{templateName}/versions/{versionId}", Role = Role.Admin, Handler = DeleteVersionAsync },
        new() { Name = "ListProvisioningTemplateVersions", Method = "GET", Path = "/provisioning-templates/{templateName}/versions", Handler = (request, _) => Task.FromResult(ListVersions(request)) },
        new() { Name = "CreateProvisioningClaim", Method = "POST", Path = "/provisioning-templates/{templateName}/provisioning-claim", Role = Role.Operator, Support = Support.Partly, Note = "keys are P-256, not RSA 2048", Handler = CreateClaimAsync },
        new() { Name = "RegisterThing", Method = "POST", Path = "/things", Role = Role.Admin, Handler = RegisterAsync },
    ];

    [GeneratedRegex(@"^[0-9A-Za-z_-]{1,36}\z")]
    private static partial Regex NamePattern();

    private static string NameOf(OperationRequest request) => request.PathMatching("templateName", NamePattern());

    private static CloudException NotFound(string name) => new(ErrorCodes.NotFound, $"Provisioning template {name} does not exist.");

    private static int VersionOf(OperationRequest request) => int.TryParse(request.Path("versionId"), out int id) && id > 0 ? id : throw OperationRequest.Invalid("versionId: not a number");

    private static void RefuseHook(OperationRequest request)
    {
        if (request.Body["preProvisioningHook"] is not null)
        {
            throw new CloudException(ErrorCodes.NotSupported, "preProvisioningHook: this service calls no Lambda function before it provisions");
        }
    }

    private string BodyOf(OperationRequest request)
    {
        string body = request.RequiredText("templateBody", 10240);
        _ = ProvisioningDocument.Parse(body).CheckPolicies(arns);
        return body;
    }

    private ProvisioningTemplate Require(string name) => provisioning.Find(name) ?? throw NotFound(name);

    private async Task<OperationResult> CreateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        RefuseHook(request);
        string name = request.RequiredText("templateName", 36);
        if (!NamePattern().IsMatch(name))
        {
            throw OperationRequest.Invalid("templateName: 1 to 36 of 0-9 A-Z a-z _ -");
        }

        string body = BodyOf(request);
        string role = request.RequiredText("provisioningRoleArn", 2048);
        string? description = request.Text("description", 500);
        bool enabled = request.Flag("enabled") ?? false;
        string type = request.Text("type") ?? "FLEET_PROVISIONING";
        if (type is not ("FLEET_PROVISIONING" or "JITP"))
        {
            throw OperationRequest.Invalid("type: FLEET_PROVISIONING or JITP");
        }

        Dictionary<string, string> tags = RegistryJson.Tags(request.Body);
        await store.WriteAsync(
            "CreateProvisioningTemplate",
            transaction =>
            {
                if (transaction.Get(provisioning.Templates, name) is not null)
                {
                    throw arns.AlreadyExists("provisioningtemplate/" + name, $"Provisioning template '{name}' already exists.");
                }

                registry.SetTags(transaction, "provisioningtemplate/" + name, tags);
                transaction.Put(provisioning.Templates, new ProvisioningTemplate
                {
                    Name = name,
                    Description = description,
                    Versions = [new TemplateVersion(1, body, transaction.Now)],
                    DefaultVersion = 1,
                    NextVersion = 2,
                    IsEnabled = enabled,
                    RoleArn = role,
                    Type = type,
                    Created = transaction.Now,
                    Modified = transaction.Now,
                });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject { ["templateArn"] = arns.Of("provisioningtemplate/" + name), ["templateName"] = name, ["defaultVersionId"] = 1 });
    }

    private OperationResult Describe(OperationRequest request)
    {
        ProvisioningTemplate template = Require(NameOf(request));
        return OperationResult.Json(new JsonObject
        {
            ["templateArn"] = arns.Of("provisioningtemplate/" + template.Name),
            ["templateName"] = template.Name,
            ["description"] = template.Description,
            ["creationDate"] = template.Created,
            ["lastModifiedDate"] = template.Modified,
            ["defaultVersionId"] = template.DefaultVersion,
            ["templateBody"] = template.Body(),
            ["enabled"] = template.IsEnabled,
            ["provisioningRoleArn"] = template.RoleArn,
            ["type"] = template.Type,
        });
    }

    private async Task<OperationResult> UpdateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        RefuseHook(request);
        string name = NameOf(request);
        string? description = request.Text("description", 500);
        string? role = request.Text("provisioningRoleArn", 2048);
        bool? enabled = request.Flag("enabled");

        // No template has a hook, so that there is none to remove.
        _ = request.Flag("removePreProvisioningHook");
        long? version = request.Number("defaultVersionId");
        await store.WriteAsync(
            "UpdateProvisioningTemplate",
            transaction =>
            {
                ProvisioningTemplate template = transaction.Get(provisioning.Templates, name) ?? throw NotFound(name);
                if (version is long id && template.Versions.All(item => item.Id != id))
                {
                    throw new CloudException(ErrorCodes.NotFound, $"Provisioning template {name} has no version {id}.");
                }

                transaction.Put(provisioning.Templates, template with
                {
                    Description = description ?? template.Description,
                    RoleArn = role ?? template.RoleArn,
                    IsEnabled = enabled ?? template.IsEnabled,
                    DefaultVersion = (int)(version ?? template.DefaultVersion),
                    Modified = transaction.Now,
                });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private async Task<OperationResult> DeleteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = NameOf(request);
        if (name is CertificateTopics.RotationTemplate)
        {
            throw OperationRequest.Invalid($"{name} is built in: without it no board could change its certificate.");
        }

        await store.WriteAsync(
            "DeleteProvisioningTemplate",
            transaction =>
            {
                ProvisioningTemplate template = transaction.Get(provisioning.Templates, name) ?? throw NotFound(name);
                if (template.Versions.Count > 1)
                {
                    throw new CloudException(ErrorCodes.DeleteConflict, $"Provisioning template {name} has versions that are not the default. Delete them first.");
                }

                transaction.Delete(provisioning.Templates, name);
                registry.DeleteTags(transaction, "provisioningtemplate/" + name);
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private OperationResult List(OperationRequest request)
    {
        (int limit, string? after) = request.Page();
        return Pages.Create(
            provisioning.Templates.Range(after: after),
            limit,
            template => template.Name,
            template => new JsonObject
            {
                ["templateArn"] = arns.Of("provisioningtemplate/" + template.Name),
                ["templateName"] = template.Name,
                ["description"] = template.Description,
                ["creationDate"] = template.Created,
                ["lastModifiedDate"] = template.Modified,
                ["enabled"] = template.IsEnabled,
                ["type"] = template.Type,
            },
            "templates");
    }

    private async Task<OperationResult> CreateVersionAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = NameOf(request);
        string body = BodyOf(request);
        bool isDefault = request.QueryFlag("setAsDefault");
        int id = await store.WriteAsync(
            "CreateProvisioningTemplateVersion",
            transaction =>
            {
                ProvisioningTemplate template = transaction.Get(provisioning.Templates, name) ?? throw NotFound(name);
                if (template.Versions.Count >= MaxVersions)
                {
                    throw new CloudException(ErrorCodes.VersionsLimitExceeded, $"Provisioning template {name} has {MaxVersions} versions. Delete one first.");
                }

                transaction.Put(provisioning.Templates, template with
                {
                    Versions = [.. template.Versions, new TemplateVersion(template.NextVersion, body, transaction.Now)],
                    DefaultVersion = isDefault ? template.NextVersion : template.DefaultVersion,
                    NextVersion = template.NextVersion + 1,
                    Modified = transaction.Now,
                });
                return template.NextVersion;
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject
        {
            ["templateArn"] = arns.Of("provisioningtemplate/" + name),
            ["templateName"] = name,
            ["versionId"] = id,
            ["isDefaultVersion"] = isDefault,
        });
    }

    private OperationResult DescribeVersion(OperationRequest request)
    {
        ProvisioningTemplate template = Require(NameOf(request));
        int id = VersionOf(request);
        TemplateVersion version = template.Versions.FirstOrDefault(item => item.Id == id) ?? throw new CloudException(ErrorCodes.NotFound, $"Provisioning template {template.Name} has no version {id}.");
        JsonObject answer = Summary(template, version);
        answer["templateBody"] = version.Body;
        return OperationResult.Json(answer);
    }

    private static JsonObject Summary(ProvisioningTemplate template, TemplateVersion version) => new()
    {
        ["versionId"] = version.Id,
        ["creationDate"] = version.Created,
        ["isDefaultVersion"] = version.Id == template.DefaultVersion,
    };

    private async Task<OperationResult> DeleteVersionAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = NameOf(request);
        int id = VersionOf(request);
        await store.WriteAsync(
            "DeleteProvisioningTemplateVersion",
            transaction =>
            {
                ProvisioningTemplate template = transaction.Get(provisioning.Templates, name) ?? throw NotFound(name);
                TemplateVersion version = template.Versions.FirstOrDefault(item => item.Id == id) ?? throw new CloudException(ErrorCodes.NotFound, $"Provisioning template {name} has no version {id}.");
                if (id == template.DefaultVersion)
                {
                    throw new CloudException(ErrorCodes.DeleteConflict, "The default version cannot be deleted.");
                }

                transaction.Put(provisioning.Templates, template with { Versions = [.. template.Versions.Where(item => item != version)], Modified = transaction.Now });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private OperationResult ListVersions(OperationRequest request)
    {
        (int limit, string? after) = request.Page();
        ProvisioningTemplate template = Require(NameOf(request));
        static string Key(TemplateVersion version) => version.Id.ToString("d9", System.Globalization.CultureInfo.InvariantCulture);
        return Pages.Create(template.Versions.Following(Key, after), limit, Key, version => Summary(template, version), "versions");
    }

    private async Task<OperationResult> CreateClaimAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        (Certificate claim, string publicKey, string privateKey, long ends) = await provisioning.CreateClaimAsync(NameOf(request), null).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject
        {
            ["certificateId"] = claim.Id,
            ["certificatePem"] = claim.Pem,
            ["keyPair"] = new JsonObject { ["PublicKey"] = publicKey, ["PrivateKey"] = privateKey },
            ["expiration"] = ends,
        });
    }

    private async Task<OperationResult> RegisterAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string body = BodyOf(request);
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, JsonNode? value) in request.Member("parameters") ?? [])
        {
            parameters[name] = value is JsonValue text && text.TryGetValue(out string? sent) && sent.Length <= 4096 ? sent : throw OperationRequest.Invalid($"parameters: {name} is not a text of at most 4,096 characters");
        }

        ProvisioningResult result = await provisioning.RegisterAsync(body, parameters).ConfigureAwait(false);
        var resources = new JsonObject();
        if (result.ThingName is string thing)
        {
            resources["thing"] = arns.Of("thing/" + thing);
        }

        if (result.CertificateId is string id)
        {
            resources["certificate"] = arns.Of("cert/" + id);
        }

        if (result.Policies.Count > 0)
        {
            resources["policy"] = arns.Of("policy/" + result.Policies[0]);
        }

        return OperationResult.Json(new JsonObject { ["certificatePem"] = result.CertificatePem, ["resourceArns"] = resources });
    }
}
