using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Identity.Operations;

/// <summary>AWS's operations on device certificates.</summary>
internal sealed partial class CertificateOperations(IdentityStore identities, CertificateAuthority authority, CertificateTrust trust, IRegistry registry, RecordStore store, Arns arns) : IOperationSource
{
    private const string TransferNote = "statuses of transfers between accounts are refused";

    public IEnumerable<Operation> Operations =>
    [
        new() { Name = "CreateKeysAndCertificate", Method = "POST", Path = "/keys-and-certificate", Role = Role.Operator, Support = Support.Partly, Note = "keys are P-256, not RSA 2048", Handler = CreateWithKeysAsync },
        new() { Name = "CreateCertificateFromCsr", Method = "POST", Path = "/certificates", Role = Role.Operator, Handler = CreateFromCsrAsync },
        new() { Name = "RegisterCertificate", Method = "POST", Path = "/certificate/register", Role = Role.Operator, Support = Support.Partly, Note = TransferNote, Handler = RegisterAsync },
        new() { Name = "RegisterCertificateWithoutCA", Method = "POST", Path = "/certificate/register-no-ca", Role = Role.Operator, Support = Support.Partly, Note = TransferNote, Handler = RegisterWithoutAuthorityAsync },
        new() { Name = "UpdateCertificate", Method = "PUT", Path = "/certificates/{certificateId}", Role = Role.Operator, Support = Support.Partly, Note = TransferNote, Handler = UpdateAsync },
        new() { Name = "DescribeCertificate", Method = "GET", Path = "/certificates/{certificateId}", Handler = (request, _) => Task.FromResult(Describe(request)) },
        new() { Name = "DeleteCertificate", Method = "DELETE", Path = "/certificates/{certificateId}", Role = Role.Operator, Handler = DeleteAsync },
        new() { Name = "ListCertificates", Method = "GET", Path = "/certificates", Handler = (request, _) => Task.FromResult(List(request, null)) },
        new() { Name = "ListCertificatesByCA", Method = "GET", Path = "/certificates-by-ca/{caCertificateId}", Handler = (request, _) => Task.FromResult(List(request, request.PathMatching("caCertificateId", IdPattern()))) },
    ];

    [GeneratedRegex(@"^(0x)?[a-fA-F0-9]{1,64}\z")]
    internal static partial Regex IdPattern();

    private static string InitialStatus(bool active) => active ? CertificateStatus.Active : CertificateStatus.Inactive;

    private static string Status(string? sent, string fallback) => sent switch
    {
        null => fallback,
        CertificateStatus.Active or CertificateStatus.Inactive or CertificateStatus.Revoked or CertificateStatus.PendingActivation => sent,
        CertificateStatus.RegisterInactive => CertificateStatus.Inactive,
        CertificateStatus.PendingTransfer => throw new CloudException(ErrorCodes.CertificateState, "PENDING_TRANSFER: this service has one account and no transfers"),
        _ => throw OperationRequest.Invalid("status: ACTIVE, INACTIVE, REVOKED or PENDING_ACTIVATION"),
    };

    private static CloudException NotFound(string id) => new(ErrorCodes.NotFound, $"Certificate {id} does not exist.");

    private async Task<OperationResult> CreateWithKeysAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        bool active = request.QueryFlag("setAsActive");
        (X509Certificate2 certificate, string publicKey, string privateKey) = authority.IssueWithKey("nanoIoT device");
        using (certificate)
        {
            Certificate added = await store.WriteAsync("CreateKeysAndCertificate", transaction => identities.Add(transaction, certificate, InitialStatus(active)), cancellationToken).ConfigureAwait(false);
            JsonObject answer = Created(added);
            answer["keyPair"] = new JsonObject { ["PublicKey"] = publicKey, ["PrivateKey"] = privateKey };
            return OperationResult.Json(answer);
        }
    }

    private async Task<OperationResult> CreateFromCsrAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        bool active = request.QueryFlag("setAsActive");
        using X509Certificate2 certificate = authority.Issue(request.RequiredText("certificateSigningRequest", 4096));
        Certificate added = await store.WriteAsync("CreateCertificateFromCsr", transaction => identities.Add(transaction, certificate, InitialStatus(active)), cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(Created(added));
    }

    private JsonObject Created(Certificate certificate) => new()
    {
        ["certificateArn"] = arns.Of("cert/" + certificate.Id),
        ["certificateId"] = certificate.Id,
        ["certificatePem"] = certificate.Pem,
    };

    private async Task<OperationResult> RegisterAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        using X509Certificate2 certificate = CertificateReading.Parse(request.RequiredText("certificatePem", 65536), "certificatePem");
        CaCertificate? ca = null;
        if (request.Text("caCertificatePem", 65536) is string caPem)
        {
            using X509Certificate2 sent = CertificateReading.Parse(caPem, "caCertificatePem");
            ca = identities.CaCertificates.Get(CertificateAuthority.CertificateIdOf(sent)) ?? throw new CloudException(ErrorCodes.CertificateValidation, "The CA certificate is not registered.");
            if (!CertificateReading.IsSignedBy(certificate, sent))
            {
                throw new CloudException(ErrorCodes.CertificateValidation, "The certificate is not signed by the CA certificate sent.");
            }
        }

        ca ??= trust.FindAuthority(certificate);
        if (ca is null && !authority.Verify(certificate, out _))
        {
            throw new CloudException(ErrorCodes.CertificateValidation, "No registered and active CA has signed the certificate.");
        }

        if (ca is { Status: not CertificateStatus.Active })
        {
            throw new CloudException(ErrorCodes.CertificateState, "The CA certificate is not active.");
        }

        string status = Status(request.Text("status"), InitialStatus(request.QueryFlag("setAsActive")));
        return await RegisterAsync("RegisterCertificate", certificate, status, ca?.Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<OperationResult> RegisterWithoutAuthorityAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        using X509Certificate2 certificate = CertificateReading.Parse(request.RequiredText("certificatePem", 65536), "certificatePem");
        return await RegisterAsync("RegisterCertificateWithoutCA", certificate, Status(request.Text("status"), CertificateStatus.Inactive), null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<OperationResult> RegisterAsync(string action, X509Certificate2 certificate, string status, string? caId, CancellationToken cancellationToken)
    {
        Certificate added = await store.WriteAsync(action, transaction => identities.Add(transaction, certificate, status, caId), cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject { ["certificateArn"] = arns.Of("cert/" + added.Id), ["certificateId"] = added.Id });
    }

    private async Task<OperationResult> UpdateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string id = request.PathMatching("certificateId", IdPattern());
        string status = Status(request.Query("newStatus") ?? throw OperationRequest.Invalid("newStatus: missing"), string.Empty);
        if (status == CertificateStatus.PendingActivation)
        {
            throw OperationRequest.Invalid("newStatus: no certificate goes back to PENDING_ACTIVATION");
        }

        await store.WriteAsync(
            "UpdateCertificate",
            transaction => identities.Put(transaction, (transaction.Get(identities.Certificates, id) ?? throw NotFound(id)) with { Status = status }),
            cancellationToken).ConfigureAwait(false);
        if (status != CertificateStatus.Active)
        {
            await identities.DisabledAsync(id).ConfigureAwait(false);
        }

        return OperationResult.Empty;
    }

    private OperationResult Describe(OperationRequest request)
    {
        string id = request.PathMatching("certificateId", IdPattern());
        Certificate certificate = identities.Find(id) ?? throw NotFound(id);
        return OperationResult.Json(new JsonObject
        {
            ["certificateDescription"] = new JsonObject
            {
                ["certificateArn"] = arns.Of("cert/" + id),
                ["certificateId"] = id,
                ["caCertificateId"] = certificate.CaId,
                ["status"] = certificate.Status,
                ["certificatePem"] = certificate.Pem,
                ["ownedBy"] = arns.Account,
                ["creationDate"] = certificate.Created,
                ["lastModifiedDate"] = certificate.Modified,
                ["customerVersion"] = certificate.CustomerVersion,
                ["transferData"] = new JsonObject(),
                ["generationId"] = certificate.GenerationId,
                ["validity"] = new JsonObject { ["notBefore"] = certificate.NotBefore, ["notAfter"] = certificate.NotAfter },
                ["certificateMode"] = "DEFAULT",
            },
        });
    }

    private async Task<OperationResult> DeleteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string id = request.PathMatching("certificateId", IdPattern());
        bool force = request.QueryFlag("forceDelete");
        await store.WriteAsync(
            "DeleteCertificate",
            transaction =>
            {
                Certificate certificate = transaction.Get(identities.Certificates, id) ?? throw NotFound(id);
                if (certificate.Status == CertificateStatus.Active)
                {
                    throw new CloudException(ErrorCodes.CertificateState, $"Certificate {id} must be deactivated before it is deleted.");
                }

                string principal = "cert/" + id;
                if (registry.IsAttached(transaction, principal))
                {
                    throw new CloudException(ErrorCodes.DeleteConflict, $"Things must be detached before certificate {id} is deleted.");
                }

                IReadOnlyList<PolicyTarget> policies = transaction.ListByAlternate(identities.Targets, principal + "|");
                if (policies.Count > 0 && !force)
                {
                    throw new CloudException(ErrorCodes.DeleteConflict, $"Certificate policies must be detached before certificate {id} is deleted.");
                }

                foreach (PolicyTarget target in policies)
                {
                    transaction.Delete(identities.Targets, target.Policy + "|" + target.Target);
                }

                transaction.Delete(identities.Certificates, id);
            },
            cancellationToken).ConfigureAwait(false);
        await identities.DisabledAsync(id).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private OperationResult List(OperationRequest request, string? caId)
    {
        (int limit, string? after) = request.Page("pageSize", "marker");
        IEnumerable<Certificate> certificates = caId is null ? identities.Certificates.Range() : identities.Certificates.RangeByAlternate(caId + "|");

        // As AWS: by date, newest first unless asked otherwise. The marker is the last one's date and id.
        bool ascending = request.QueryFlag("isAscendingOrder");
        static string Key(Certificate item) => item.Created.ToString("d12", System.Globalization.CultureInfo.InvariantCulture) + "|" + item.Id;
        IEnumerable<Certificate> ordered = ascending ? certificates.OrderBy(Key, StringComparer.Ordinal) : certificates.OrderByDescending(Key, StringComparer.Ordinal);
        return Pages.Create(
            ordered.Where(item => after is null || (ascending ? string.CompareOrdinal(Key(item), after) > 0 : string.CompareOrdinal(Key(item), after) < 0)),
            limit,
            Key,
            item => new JsonObject
            {
                ["certificateArn"] = arns.Of("cert/" + item.Id),
                ["certificateId"] = item.Id,
                ["status"] = item.Status,
                ["certificateMode"] = "DEFAULT",
                ["creationDate"] = item.Created,
            },
            "certificates",
            "nextMarker");
    }
}
