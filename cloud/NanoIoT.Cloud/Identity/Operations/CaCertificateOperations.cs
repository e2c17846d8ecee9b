using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Provisioning;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Registry.Operations;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Identity.Operations;

/// <summary>AWS's operations on CAs of users.</summary>
internal sealed class CaCertificateOperations(IdentityStore identities, ProvisioningService provisioning, IRegistry registry, RecordStore store, Arns arns) : IOperationSource
{
    public IEnumerable<Operation> Operations =>
    [
        new() { Name = "GetRegistrationCode", Method = "GET", Path = "/registrationcode", Role = Role.Operator, Handler = GetCodeAsync },
        new() { Name = "DeleteRegistrationCode", Method = "DELETE", Path = "/registrationcode", Role = Role.Admin, Handler = DeleteCodeAsync },
        new() { Name = "RegisterCACertificate", Method = "POST", Path = "/cacertificate", Role = Role.Admin, Handler = RegisterAsync },
        new() { Name = "DescribeCACertificate", Method = "GET", Path = "/cacertificate/{caCertificateId}", Handler = (request, _) => Task.FromResult(Describe(request)) },
        new() { Name = "UpdateCACertificate", Method = "PUT", Path = "/cacertificate/{caCertificateId}", Role = Role.Admin, Handler = UpdateAsync },
        new() { Name = "DeleteCACertificate", Method = "DELETE", Path = "/cacertificate/{caCertificateId}", Role = Role.Admin, Handler = DeleteAsync },
        new() { Name = "ListCACertificates", Method = "GET", Path = "/cacertificates", Handler = (request, _) => Task.FromResult(List(request)) },
    ];

    private static CloudException NotFound(string id) => new(ErrorCodes.NotFound, $"CA certificate {id} does not exist.");

    private static string IdOf(OperationRequest request) => request.PathMatching("caCertificateId", CertificateOperations.IdPattern());

    private async Task<OperationResult> GetCodeAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        RegistrationCode code = await store.WriteAsync(
            "GetRegistrationCode",
            transaction => transaction.Get(identities.Codes, "code") ?? transaction.Put(identities.Codes, new RegistrationCode(RandomNumberGenerator.GetHexString(64, true))),
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject { ["registrationCode"] = code.Code });
    }

    private async Task<OperationResult> DeleteCodeAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        await store.WriteAsync(
            "DeleteRegistrationCode",
            transaction => transaction.Delete(identities.Codes, "code") ?? throw new CloudException(ErrorCodes.NotFound, "There is no registration code."),
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private (string? Body, string? Name, string? Role) Registration(OperationRequest request)
    {
        if (request.Member("registrationConfig") is not JsonObject configuration)
        {
            return default;
        }

        string? body = OperationRequest.TextOf(configuration, "templateBody", 10240);
        string? name = OperationRequest.TextOf(configuration, "templateName", 36);
        if (name is not null)
        {
            _ = provisioning.Find(name) ?? throw new CloudException(ErrorCodes.NotFound, $"Provisioning template {name} does not exist.");
        }
        else if (body is not null)
        {
            _ = ProvisioningDocument.Parse(body).CheckPolicies(arns);
        }

        return (body, name, OperationRequest.TextOf(configuration, "roleArn", 2048));
    }

    private async Task<OperationResult> RegisterAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        using X509Certificate2 ca = CertificateReading.Parse(request.RequiredText("caCertificate", 65536), "caCertificate");
        if (ca.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
        {
            throw new CloudException(ErrorCodes.CertificateValidation, "caCertificate: its basic constraints do not say that it is a CA");
        }

        string mode = request.Text("certificateMode") ?? "DEFAULT";
        if (mode is not ("DEFAULT" or "SNI_ONLY"))
        {
            throw OperationRequest.Invalid("certificateMode: DEFAULT or SNI_ONLY");
        }

        if (request.Text("verificationCertificate", 65536) is string verification)
        {
            Verify(ca, verification);
        }
        else if (mode == "DEFAULT")
        {
            throw new CloudException(ErrorCodes.RegistrationCodeValidation, "verificationCertificate: missing; it proves that you hold the CA's key");
        }

        (string? body, string? name, string? role) = Registration(request);
        bool active = request.QueryFlag("setAsActive");
        bool automatic = request.QueryFlag("allowAutoRegistration");
        string id = CertificateAuthority.CertificateIdOf(ca);
        Dictionary<string, string> tags = RegistryJson.Tags(request.Body);
        await store.WriteAsync(
            "RegisterCACertificate",
            transaction =>
            {
                if (transaction.Get(identities.CaCertificates, id) is not null)
                {
                    throw arns.AlreadyExists("cacert/" + id, $"CA certificate {id} is already registered.");
                }

                registry.SetTags(transaction, "cacert/" + id, tags);
                transaction.Put(identities.CaCertificates, new CaCertificate
                {
                    Id = id,
                    Pem = ca.ExportCertificatePem(),
                    Status = active ? CertificateStatus.Active : CertificateStatus.Inactive,
                    AutoRegistration = automatic,
                    TemplateBody = body,
                    TemplateName = name,
                    RoleArn = role,
                    Mode = mode,
                    NotBefore = CertificateReading.Seconds(ca.NotBefore),
                    NotAfter = CertificateReading.Seconds(ca.NotAfter),
                    Created = transaction.Now,
                    Modified = transaction.Now,
                    GenerationId = Guid.NewGuid().ToString(),
                });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject { ["certificateArn"] = arns.Of("cacert/" + id), ["certificateId"] = id });
    }

    private void Verify(X509Certificate2 ca, string verificationPem)
    {
        using X509Certificate2 verification = CertificateReading.Parse(verificationPem, "verificationCertificate");
        string? code = identities.Codes.Get("code")?.Code;
        if (code is null || verification.GetNameInfo(X509NameType.SimpleName, false) != code)
        {
            throw new CloudException(ErrorCodes.RegistrationCodeValidation, "verificationCertificate: its common name is not the registration code");
        }

        if (!CertificateReading.IsSignedBy(verification, ca))
        {
            throw new CloudException(ErrorCodes.CertificateValidation, "verificationCertificate: not signed by the CA");
        }
    }

    private OperationResult Describe(OperationRequest request)
    {
        string id = IdOf(request);
        CaCertificate ca = identities.CaCertificates.Get(id) ?? throw NotFound(id);
        var configuration = new JsonObject();
        foreach ((string member, string? value) in new[] { ("templateBody", ca.TemplateBody), ("roleArn", ca.RoleArn), ("templateName", ca.TemplateName) })
        {
            if (value is not null)
            {
                configuration[member] = value;
            }
        }

        return OperationResult.Json(new JsonObject
        {
            ["certificateDescription"] = new JsonObject
            {
                ["certificateArn"] = arns.Of("cacert/" + id),
                ["certificateId"] = id,
                ["status"] = ca.Status,
                ["certificatePem"] = ca.Pem,
                ["ownedBy"] = arns.Account,
                ["creationDate"] = ca.Created,
                ["autoRegistrationStatus"] = ca.AutoRegistration ? "ENABLE" : "DISABLE",
                ["lastModifiedDate"] = ca.Modified,
                ["customerVersion"] = ca.CustomerVersion,
                ["generationId"] = ca.GenerationId,
                ["validity"] = new JsonObject { ["notBefore"] = ca.NotBefore, ["notAfter"] = ca.NotAfter },
                ["certificateMode"] = ca.Mode,
            },
            ["registrationConfig"] = configuration,
        });
    }

    private async Task<OperationResult> UpdateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string id = IdOf(request);
        string? status = request.Query("newStatus");
        if (status is not (null or CertificateStatus.Active or CertificateStatus.Inactive))
        {
            throw OperationRequest.Invalid("newStatus: ACTIVE or INACTIVE");
        }

        bool? automatic = request.Query("newAutoRegistrationStatus") switch
        {
            null => request.Flag("removeAutoRegistration") == true ? false : null,
            "ENABLE" => true,
            "DISABLE" => false,
            _ => throw OperationRequest.Invalid("newAutoRegistrationStatus: ENABLE or DISABLE"),
        };
        bool removes = request.Flag("removeAutoRegistration") == true;
        bool sent = request.Member("registrationConfig") is not null;
        (string? body, string? name, string? role) = Registration(request);
        await store.WriteAsync(
            "UpdateCACertificate",
            transaction =>
            {
                CaCertificate ca = transaction.Get(identities.CaCertificates, id) ?? throw NotFound(id);
                transaction.Put(identities.CaCertificates, ca with
                {
                    Status = status ?? ca.Status,
                    AutoRegistration = automatic ?? ca.AutoRegistration,
                    TemplateBody = removes ? null : sent ? body : ca.TemplateBody,
                    TemplateName = removes ? null : sent ? name : ca.TemplateName,
                    RoleArn = removes ? null : sent ? role : ca.RoleArn,
                    Modified = transaction.Now,
                    CustomerVersion = ca.CustomerVersion + 1,
                    GenerationId = Guid.NewGuid().ToString(),
                });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private async Task<OperationResult> DeleteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string id = IdOf(request);
        await store.WriteAsync(
            "DeleteCACertificate",
            transaction =>
            {
                CaCertificate ca = transaction.Get(identities.CaCertificates, id) ?? throw NotFound(id);
                if (ca.Status == CertificateStatus.Active)
                {
                    throw new CloudException(ErrorCodes.CertificateState, $"CA certificate {id} must be deactivated before it is deleted.");
                }

                transaction.Delete(identities.CaCertificates, id);
                registry.DeleteTags(transaction, "cacert/" + id);
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private OperationResult List(OperationRequest request)
    {
        (int limit, string? after) = request.Page("pageSize", "marker");
        string? template = request.Query("templateName");
        bool ascending = request.QueryFlag("isAscendingOrder");
        static string Key(CaCertificate item) => item.Created.ToString("d12", System.Globalization.CultureInfo.InvariantCulture) + "|" + item.Id;
        IEnumerable<CaCertificate> all = identities.CaCertificates.Range().Where(item => template is null || item.TemplateName == template);
        IEnumerable<CaCertificate> ordered = ascending ? all.OrderBy(Key, StringComparer.Ordinal) : all.OrderByDescending(Key, StringComparer.Ordinal);
        return Pages.Create(
            ordered.Where(item => after is null || (ascending ? string.CompareOrdinal(Key(item), after) > 0 : string.CompareOrdinal(Key(item), after) < 0)),
            limit,
            Key,
            item => new JsonObject { ["certificateArn"] = arns.Of("cacert/" + item.Id), ["certificateId"] = item.Id, ["status"] = item.Status, ["creationDate"] = item.Created },
            "certificates",
            "nextMarker");
    }
}
