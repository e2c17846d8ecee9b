using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Identity.Provisioning;

/// <summary>
/// Makes things, certificates and policy attachments from templates, each in one transaction: by claim (a certificate that
/// may do nothing but this), by a user (RegisterThing), or when a device of a registered CA first connects (JITP). A board
/// that has a certificate gets its next one here too.
/// </summary>
public sealed class ProvisioningService : ITaggable
{
    private const int TokenSeconds = 3600;
    private const int PendingSeconds = 86400;
    private const int MaxSweep = 90;
    private static readonly TimeSpan s_trustedUserClaim = TimeSpan.FromMinutes(5);

    private readonly IdentityStore _identities;
    private readonly CertificateAuthority _authority;
    private readonly IRegistry _registry;
    private readonly RecordStore _store;
    private readonly TimeProvider _time;

    /// <summary>Opens the templates.</summary>
    /// <param name="identities">Certificates and policies.</param>
    /// <param name="authority">The built-in CA.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="store">Where templates are kept.</param>
    /// <param name="time">The clock.</param>
    public ProvisioningService(IdentityStore identities, CertificateAuthority authority, IRegistry registry, RecordStore store, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        _identities = identities;
        _authority = authority;
        _registry = registry;
        _store = store;
        _time = time;
        Templates = store.Open<ProvisioningTemplate>("provisioningTemplate", template => template.Name);
    }

    internal RecordTable<ProvisioningTemplate> Templates { get; }

    /// <summary>A template.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The template, or null.</returns>
    public ProvisioningTemplate? Find(string name) => Templates.Get(name);

    /// <inheritdoc/>
    public bool Exists(string type, string id) => type == "provisioningtemplate" && Find(id) is not null;

    /// <summary>Makes the built-in templates where they are missing.</summary>
    /// <returns>The task.</returns>
    public Task CreateBuiltInAsync() => _store.WriteAsync("CreateProvisioningTemplate", transaction =>
    {
        foreach ((string name, string description, string body) in new[]
        {
            (CertificateTopics.FleetTemplate, "Makes a thing named after the board's serial number.", FleetBody),
            (CertificateTopics.RotationTemplate, "Gives a board's own thing its next certificate; it takes no parameters.", RotationBody),
        })
        {
            if (transaction.Get(Templates, name) is null)
            {
                transaction.Put(Templates, new ProvisioningTemplate
                {
                    Name = name,
                    Description = description,
                    Versions = [new TemplateVersion(1, body, transaction.Now)],
                    DefaultVersion = 1,
                    NextVersion = 2,
                    IsEnabled = true,
                    Created = transaction.Now,
                    Modified = transaction.Now,
                });
            }
        }
    });

    /// <summary>Makes a claim: a certificate whose only right is to provision by a template.</summary>
    /// <param name="templateName">The template.</param>
    /// <param name="lifetime">How long it works; five minutes for a trusted user's.</param>
    /// <returns>The certificate, its key's halves (PEM) and when it ends (Unix seconds).</returns>
    /// <exception cref="CloudException">The template does not exist or is off.</exception>
    public async Task<(Certificate Certificate, string PublicKey, string PrivateKey, long Ends)> CreateClaimAsync(string templateName, TimeSpan? lifetime)
    {
        ProvisioningTemplate template = Require(templateName);
        if (template.Type != "FLEET_PROVISIONING" || templateName == CertificateTopics.RotationTemplate)
        {
            throw OperationRequest.Invalid($"Template {templateName} is not for claims.");
        }

        (X509Certificate2 certificate, string publicKey, string privateKey) = _authority.IssueWithKey("nanoIoT claim", lifetime ?? s_trustedUserClaim);
        using (certificate)
        {
            Certificate claim = await _store.WriteAsync("CreateProvisioningClaim", transaction =>
            {
                Certificate added = _identities.Add(transaction, certificate, CertificateStatus.Active);
                _identities.AttachPolicy(transaction, IdentityStore.ClaimPolicy, "cert/" + added.Id);
                return _identities.Put(transaction, added with { ClaimOf = templateName });
            }).ConfigureAwait(false);
            return (claim, publicKey, privateKey, claim.NotAfter);
        }
    }

    /// <summary>The thing that a device will be by a template, where its name does not depend on the certificate.</summary>
    /// <param name="templateName">The template.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="requester">The certificate the request came with.</param>
    /// <returns>The thing's name, or null.</returns>
    /// <exception cref="CloudException">The template cannot be followed.</exception>
    public string? ThingOf(string templateName, IReadOnlyDictionary<string, string> parameters, string requester)
    {
        if (templateName == CertificateTopics.RotationTemplate)
        {
            return _registry.ThingsOf("cert/" + requester) is [string only] ? only : null;
        }

        string unknown = Guid.NewGuid().ToString("N");
        string? name = ProvisioningDocument.Parse(Require(templateName).Body()).Evaluate(new Dictionary<string, string>(parameters) { ["AWS::IoT::Certificate::Id"] = unknown }).Thing?.ThingName;
        return name?.Contains(unknown, StringComparison.Ordinal) == false ? name : null;
    }

    /// <summary>Checks that a claim is used for its own template.</summary>
    /// <param name="templateName">The template.</param>
    /// <param name="requester">The certificate the request came with.</param>
    /// <exception cref="CloudException">It is a claim of another template.</exception>
    public void CheckClaim(string templateName, string requester)
    {
        if (_identities.Find(requester)?.ClaimOf is string only && only != templateName)
        {
            throw new CloudException(ErrorCodes.Unauthorized, $"The claim is for template '{only}'; the request is for template '{templateName}'.");
        }
    }

    /// <summary>Deletes a certificate that was asked for and is not provisioned.</summary>
    /// <param name="certificateId">The certificate.</param>
    /// <returns>The task.</returns>
    public Task DiscardAsync(string certificateId) => _store.WriteAsync("DiscardPendingCertificate", transaction =>
    {
        if (transaction.Get(_identities.Certificates, certificateId) is { OwnershipTokenEnds: not null })
        {
            transaction.Delete(_identities.Certificates, certificateId);
        }
    });

    /// <summary>Makes a certificate for a device that will provision with it.</summary>
    /// <param name="csr">The device's signing request, or null where the service is to make the key.</param>
    /// <param name="requester">The certificate the request came with.</param>
    /// <param name="thingName">The thing it will be, which the certificate then names; or null where that is not known yet.</param>
    /// <returns>The certificate, its private key where the service made it, and the token that provisioning takes.</returns>
    public async Task<(Certificate Certificate, string? PrivateKey, string Token)> CreateCertificateAsync(string? csr, string requester, string? thingName = null)
    {
        string? privateKey = null;
        X509Certificate2 certificate;
        if (csr is null)
        {
            (certificate, _, privateKey) = _authority.IssueWithKey(thingName ?? CertificateAuthority.DeviceName);
        }
        else
        {
            certificate = _authority.IssueForDevice(csr, thingName);
        }

        using (certificate)
        {
            // The certificate's id in front: the token leads to it without a search.
            string token = CertificateAuthority.CertificateIdOf(certificate) + "." + RandomNumberGenerator.GetHexString(64, true);
            bool isClaim = _identities.Find(requester)?.ClaimOf is not null;
            Certificate added = await _store.WriteAsync("CreateCertificateForProvisioning", transaction =>
            {
                Certificate pending = _identities.Add(transaction, certificate, CertificateStatus.PendingActivation);
                return _identities.Put(transaction, pending with
                {
                    OwnershipTokenHash = IdentityStore.Hash(token),
                    OwnershipTokenEnds = transaction.Now + TokenSeconds,
                    Replaces = isClaim ? null : requester,
                });
            }).ConfigureAwait(false);
            return (added, privateKey, token);
        }
    }

    /// <summary>Provisions a certificate the device was given, by a template.</summary>
    /// <param name="templateName">The template.</param>
    /// <param name="token">The certificate's ownership token.</param>
    /// <param name="parameters">The template's parameters.</param>
    /// <param name="requester">The certificate the request came with.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="CloudException">The token is none, or the template cannot be followed.</exception>
    public async Task<ProvisioningResult> ProvisionAsync(string templateName, string token, IReadOnlyDictionary<string, string> parameters, string requester)
    {
        string hash = IdentityStore.Hash(token);
        int dot = token.IndexOf('.', StringComparison.Ordinal);
        Certificate pending = (dot < 0 ? null : _identities.Find(token[..dot])) is { } found && found.OwnershipTokenHash == hash
            ? found
            : throw new CloudException(ErrorCodes.InvalidOwnershipToken, "Certificate ownership token is invalid or has expired.");
        CheckClaim(templateName, requester);
        bool isRotation = templateName == CertificateTopics.RotationTemplate;
        ProvisioningPlan? plan = isRotation ? null : ProvisioningDocument.Parse(Require(templateName).Body()).Evaluate(
            new Dictionary<string, string>(parameters) { ["AWS::IoT::Certificate::Id"] = pending.Id });
        var replaced = new List<string>();
        ProvisioningResult result = await _store.WriteAsync(isRotation ? "RotateCertificate" : "Provision", transaction =>
        {
            Certificate certificate = transaction.Get(_identities.Certificates, pending.Id) is { } current && current.OwnershipTokenHash == hash
                ? current
                : throw new CloudException(ErrorCodes.InvalidOwnershipToken, "Certificate ownership token is invalid or has expired.");
            if (certificate.OwnershipTokenEnds is null)
            {
                // The board did not get the answer, or lost it: it is told again what was made.
                string? thing = _registry.ThingsOf("cert/" + certificate.Id) is [string first, ..] ? first : null;
                return new ProvisioningResult(thing, certificate.Id, certificate.Pem, plan?.DeviceConfiguration ?? [], []);
            }

            if (certificate.OwnershipTokenEnds < transaction.Now)
            {
                throw new CloudException(ErrorCodes.InvalidOwnershipToken, "Certificate ownership token is invalid or has expired.");
            }

            return plan is null ? Rotate(transaction, certificate, requester, replaced) : Make(transaction, plan, certificate with { Replaces = null });
        }).ConfigureAwait(false);
        foreach (string former in replaced)
        {
            await _identities.DisabledAsync(former).ConfigureAwait(false);
        }

        if (result.ThingName is not null)
        {
            await _registry.ProvisionedAsync(result.ThingName).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Provisions as a user's template says (RegisterThing).</summary>
    /// <param name="body">The template.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <returns>What was made.</returns>
    public Task<ProvisioningResult> RegisterAsync(string body, IReadOnlyDictionary<string, string> parameters) =>
        ProvisionAsync("RegisterThing", ProvisioningDocument.Parse(body).Evaluate(parameters), null, null);

    /// <summary>Registers a device's certificate that a registered CA signed, at its first connection, and provisions it where the CA has a template.</summary>
    /// <param name="ca">The CA.</param>
    /// <param name="certificate">The certificate.</param>
    /// <returns>The certificate as it is registered now.</returns>
    /// <exception cref="CloudException">The template does not exist, is not enabled, or cannot be followed.</exception>
    public async Task<Certificate> RegisterJustInTimeAsync(CaCertificate ca, X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(ca);
        ArgumentNullException.ThrowIfNull(certificate);
        string id = CertificateAuthority.CertificateIdOf(certificate);
        string? body = ca.TemplateName is string name ? Require(name).Body() : ca.TemplateBody;
        if (body is null)
        {
            return await _store.WriteAsync("RegisterJustInTime", transaction => transaction.Get(_identities.Certificates, id)
                ?? _identities.Add(transaction, certificate, CertificateStatus.PendingActivation, ca.Id)).ConfigureAwait(false);
        }

        Dictionary<string, string> described = CertificateReading.Describe(certificate);
        var parameters = new Dictionary<string, string> { ["AWS::IoT::Certificate::Id"] = id };
        foreach ((string parameter, string part) in new[]
        {
            ("CommonName", "Subject.CommonName"), ("Country", "Subject.Country"), ("Organization", "Subject.Organization"), ("OrganizationalUnit", "Subject.OrganizationalUnit"),
            ("StateName", "Subject.State"), ("DistinguishedNameQualifier", "Subject.DistinguishedNameQualifier"), ("SerialNumber", "Subject.SerialNumber"),
        })
        {
            parameters["AWS::IoT::Certificate::" + parameter] = described.GetValueOrDefault(part) ?? (parameter == "SerialNumber" ? certificate.SerialNumber.ToLowerInvariant() : string.Empty);
        }

        await ProvisionAsync("ProvisionJustInTime", ProvisioningDocument.Parse(body).Evaluate(parameters), certificate, ca.Id).ConfigureAwait(false);
        return _identities.Find(id)!;
    }

    /// <summary>Deletes certificates that were asked for and not provisioned within a day; at most as many as one transaction of DynamoDB takes.</summary>
    /// <returns>How many.</returns>
    public Task<int> SweepAsync() => _store.WriteAsync("SweepPendingCertificates", transaction =>
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        Certificate[] expired = [.. _identities.Certificates.Range().Where(item => item.OwnershipTokenEnds is long ends && ends + PendingSeconds < now).Take(MaxSweep)];
        foreach (Certificate pending in expired)
        {
            transaction.Delete(_identities.Certificates, pending.Id);
        }

        return expired.Length;
    });

    internal ProvisioningTemplate Require(string name)
    {
        ProvisioningTemplate template = Find(name) ?? throw new CloudException(ErrorCodes.NotFound, $"Provisioning template {name} does not exist.");
        return template.IsEnabled ? template : throw OperationRequest.Invalid($"Provisioning template {name} is not enabled.");
    }

    private async Task<ProvisioningResult> ProvisionAsync(string action, ProvisioningPlan plan, X509Certificate2? certificate, string? caId)
    {
        ProvisioningResult result = await _store.WriteAsync(action, transaction => Make(
            transaction,
            plan,
            certificate is not null ? transaction.Get(_identities.Certificates, CertificateAuthority.CertificateIdOf(certificate)) ?? _identities.Add(transaction, certificate, CertificateStatus.Active, caId)
                : plan.Certificate is null ? null : FromProperties(transaction, plan.Certificate))).ConfigureAwait(false);
        if (result.ThingName is not null)
        {
            await _registry.ProvisionedAsync(result.ThingName).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>The certificate a template names, sends, or asks for by a signing request.</summary>
    private Certificate FromProperties(RecordTransaction transaction, JsonObject properties)
    {
        if (OperationRequest.TextOf(properties, "CertificateId") is string id)
        {
            return transaction.Get(_identities.Certificates, id) ?? throw new CloudException(ErrorCodes.ResourceRegistrationFailure, $"Certificate {id} does not exist.");
        }

        if (OperationRequest.TextOf(properties, "CertificateSigningRequest") is string csr)
        {
            using X509Certificate2 issued = _authority.Issue(csr);
            return _identities.Add(transaction, issued, CertificateStatus.Active);
        }

        using X509Certificate2 sent = CertificateReading.Parse(
            OperationRequest.TextOf(properties, "CertificatePem") ?? throw new CloudException(ErrorCodes.ResourceRegistrationFailure, "The template's certificate has none of CertificateId, CertificatePem, CertificateSigningRequest."),
            "CertificatePem");
        return transaction.Get(_identities.Certificates, CertificateAuthority.CertificateIdOf(sent)) ?? _identities.Add(transaction, sent, CertificateStatus.Active);
    }

    private ProvisioningResult Make(RecordTransaction transaction, ProvisioningPlan plan, Certificate? certificate)
    {
        if (plan.Thing is not null)
        {
            _registry.Provision(transaction, plan.Thing, plan.Overrides);
        }

        var policies = new List<string>(plan.PolicyNames);
        foreach (string document in plan.PolicyDocuments)
        {
            // As AWS: the same document is the same policy.
            string name = "provisioned-" + IdentityStore.Hash(document)[..16];
            if (transaction.Get(_identities.Policies, name) is null)
            {
                _identities.CreatePolicy(transaction, name, document);
            }

            policies.Add(name);
        }

        if (certificate is null)
        {
            return new ProvisioningResult(plan.Thing?.ThingName, null, null, plan.DeviceConfiguration, []);
        }

        string status = (plan.Certificate is null ? null : OperationRequest.TextOf(plan.Certificate, "Status"))?.ToUpperInvariant() switch
        {
            null or "ACTIVE" => CertificateStatus.Active,
            "INACTIVE" => CertificateStatus.Inactive,
            _ => throw new CloudException(ErrorCodes.ResourceRegistrationFailure, "The template's certificate Status is neither ACTIVE nor INACTIVE."),
        };
        _identities.Put(transaction, certificate with { Status = status, OwnershipTokenEnds = null });
        string principal = "cert/" + certificate.Id;
        if (plan.Thing is not null)
        {
            _registry.Attach(transaction, plan.Thing.ThingName, principal);
        }

        foreach (string policy in policies)
        {
            _identities.AttachPolicy(transaction, policy, principal);
        }

        return new ProvisioningResult(plan.Thing?.ThingName, certificate.Id, certificate.Pem, plan.DeviceConfiguration, policies);
    }

    /// <summary>
    /// The new certificate gets all that the former has; the former stays until the device confirms the new one. A certificate has
    /// one successor at most: one that was never confirmed is deactivated.
    /// </summary>
    private ProvisioningResult Rotate(RecordTransaction transaction, Certificate certificate, string requester, List<string> replaced)
    {
        replaced.Clear();
        string principal = "cert/" + requester;
        IReadOnlyList<string> things = _registry.ThingsOf(principal);
        if (things.Count == 0 || certificate.Replaces != requester)
        {
            throw new CloudException(ErrorCodes.Unauthorized, "A certificate takes the place only of the one that asked for it, and that must be a thing's.");
        }

        foreach (string other in _registry.PrincipalsOf(things[0]).Select(item => item["cert/".Length..]).Where(id => id != certificate.Id))
        {
            if (transaction.Get(_identities.Certificates, other) is { Status: CertificateStatus.Active } unconfirmed && unconfirmed.Replaces == requester)
            {
                _identities.Put(transaction, unconfirmed with { Status = CertificateStatus.Inactive });
                replaced.Add(other);
            }
        }

        string[] policies = [.. transaction.ListByAlternate(_identities.Targets, principal + "|").Select(target => target.Policy)];
        _identities.Put(transaction, certificate with { Status = CertificateStatus.Active, OwnershipTokenEnds = null });
        foreach (string thing in things)
        {
            _registry.Attach(transaction, thing, "cert/" + certificate.Id);
        }

        foreach (string policy in policies)
        {
            _identities.AttachPolicy(transaction, policy, "cert/" + certificate.Id);
        }

        return new ProvisioningResult(things[0], certificate.Id, certificate.Pem, [], policies);
    }

    private const string RotationBody = """
        {"Parameters":{},"Resources":{"certificate":{"Type":"AWS::IoT::Certificate","Properties":{"Status":"ACTIVE"}}}}
        """;

    private const string FleetBody = """
        {"Parameters":{"SerialNumber":{"Type":"String"},"Profile":{"Type":"String","Default":"ESP32_S3"},"AWS::IoT::Certificate::Id":{"Type":"String"}},
        "Resources":{
        "thing":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":{"Ref":"SerialNumber"},"AttributePayload":{"serialNumber":{"Ref":"SerialNumber"},"profile":{"Ref":"Profile"}}},
        "OverrideSettings":{"AttributePayload":"MERGE","ExistingPrincipals":"FAIL"}},
        "certificate":{"Type":"AWS::IoT::Certificate","Properties":{"CertificateId":{"Ref":"AWS::IoT::Certificate::Id"},"Status":"ACTIVE"}},
        "policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"nanoiot-device"}}}}
        """;
}
