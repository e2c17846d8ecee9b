using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Identity;

/// <summary>Certificates, CAs and policies, and the changes of them that several operations share.</summary>
public sealed class IdentityStore : ITaggable
{
    /// <summary>The policy that things made by <c>nanoiot thing create</c> have.</summary>
    public const string DevicePolicy = "nanoiot-device";

    /// <summary>The policy of claim certificates.</summary>
    public const string ClaimPolicy = "nanoiot-claim";

    internal const int MaxPolicyVersions = 5;

    private readonly RecordStore _store;
    private long _revision;

    /// <summary>Opens the store.</summary>
    /// <param name="store">Where records are kept.</param>
    /// <param name="arns">The names resources have.</param>
    public IdentityStore(RecordStore store, Arns arns)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        Arns = arns;
        Certificates = store.Open<Certificate>("certificate", item => item.Id, item => (item.CaId ?? string.Empty) + "|" + item.Id);
        CaCertificates = store.Open<CaCertificate>("caCertificate", item => item.Id);
        Policies = store.Open<Policy>("policy", item => item.Name);
        Targets = store.Open<PolicyTarget>("policyTarget", item => item.Policy + "|" + item.Target, item => item.Target + "|" + item.Policy);
        Codes = store.Open<RegistrationCode>("registrationCode", _ => "code");
        Certificates.Changed = (_, _) => Interlocked.Increment(ref _revision);
        Policies.Changed = (_, _) => Interlocked.Increment(ref _revision);
        Targets.Changed = (_, _) => Interlocked.Increment(ref _revision);
    }

    /// <summary>Raised after a certificate stopped being active; its connections are to end.</summary>
    public event Func<string, Task>? CertificateDisabled;

    /// <summary>Grows with every change of a certificate, a policy or what it is attached to.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    internal Arns Arns { get; }

    internal RecordTable<Certificate> Certificates { get; }

    internal RecordTable<CaCertificate> CaCertificates { get; }

    internal RecordTable<Policy> Policies { get; }

    internal RecordTable<PolicyTarget> Targets { get; }

    internal RecordTable<RegistrationCode> Codes { get; }

    /// <summary>A certificate.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The certificate, or null.</returns>
    public Certificate? Find(string id) => Certificates.Get(id);

    /// <inheritdoc/>
    public bool Exists(string type, string id) => type switch
    {
        "policy" => Policies.Get(id) is not null,
        "cacert" => CaCertificates.Get(id) is not null,
        _ => false,
    };

    /// <summary>Makes the built-in policies where they are missing, and completes certificates of older data folders.</summary>
    /// <returns>The task.</returns>
    public Task CreateBuiltInAsync() => _store.WriteAsync("CreatePolicy", transaction =>
    {
        foreach ((string name, string document) in new[] { (DevicePolicy, BuiltInPolicies.Device(Arns)), (ClaimPolicy, BuiltInPolicies.Claim(Arns)) })
        {
            Policy? known = transaction.Get(Policies, name);
            if (known is null)
            {
                CreatePolicy(transaction, name, document);
            }
            else if (known.Versions is [PolicyVersion only] && only.Document != document)
            {
                // Versions never change, so that a single one is what an earlier release of the service wrote.
                transaction.Put(Policies, known with { Versions = [only with { Document = document }], Modified = transaction.Now });
            }
        }

        // A data folder from before certificates were kept with their time.
        foreach (Certificate certificate in Certificates.Range().Where(item => item.NotAfter == 0))
        {
            using X509Certificate2 x509 = CertificateReading.Parse(certificate.Pem, "pem");
            Put(transaction, certificate with { NotBefore = CertificateReading.Seconds(x509.NotBefore), NotAfter = CertificateReading.Seconds(x509.NotAfter) });
        }
    });

    /// <summary>Registers a certificate of the built-in CA for a thing, with the built-in policy.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="registry">The registry.</param>
    /// <returns>The certificate's id.</returns>
    public async Task<string> RegisterForThingAsync(string thingName, X509Certificate2 certificate, IRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return await _store.WriteAsync("RegisterCertificate", transaction =>
        {
            Certificate added = Add(transaction, certificate, CertificateStatus.Active);
            registry.Attach(transaction, thingName, "cert/" + added.Id);
            AttachPolicy(transaction, DevicePolicy, "cert/" + added.Id);
            return added.Id;
        }).ConfigureAwait(false);
    }

    /// <summary>Deletes certificates that were of a thing which is gone and that no other thing has; their connections end.</summary>
    /// <param name="principals">The principals: <c>cert/ID</c>.</param>
    /// <param name="registry">The registry.</param>
    /// <returns>The task.</returns>
    public async Task DeleteUnusedAsync(IReadOnlyList<string> principals, IRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(principals);
        ArgumentNullException.ThrowIfNull(registry);
        foreach (string principal in principals)
        {
            string id = principal["cert/".Length..];
            bool deleted = await _store.WriteAsync("DeleteCertificate", transaction =>
            {
                if (registry.IsAttached(transaction, principal))
                {
                    return false;
                }

                foreach (PolicyTarget target in transaction.ListByAlternate(Targets, principal + "|"))
                {
                    transaction.Delete(Targets, target.Policy + "|" + target.Target);
                }

                return transaction.Delete(Certificates, id) is not null;
            }).ConfigureAwait(false);
            if (deleted)
            {
                await DisabledAsync(id).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gives up the certificate that another took the place of, once its device says it works.</summary>
    /// <param name="certificateId">The new certificate.</param>
    /// <returns>The old one's id, or null where there was none to give up.</returns>
    public async Task<string?> ConfirmAsync(string certificateId)
    {
        if (Find(certificateId)?.Replaces is null)
        {
            return null;
        }

        string? old = await _store.WriteAsync("ConfirmCertificate", transaction =>
        {
            if (transaction.Get(Certificates, certificateId) is not { Replaces: string replaced } current)
            {
                return null;
            }

            Put(transaction, current with { Replaces = null });
            if (transaction.Get(Certificates, replaced) is { Status: CertificateStatus.Active } previous)
            {
                Put(transaction, previous with { Status = CertificateStatus.Inactive });
            }

            return replaced;
        }).ConfigureAwait(false);
        if (old is not null)
        {
            await DisabledAsync(old).ConfigureAwait(false);
        }

        return old;
    }

    internal static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    internal Certificate Add(RecordTransaction transaction, X509Certificate2 certificate, string status, string? caId = null)
    {
        string id = CertificateAuthority.CertificateIdOf(certificate);
        if (transaction.Get(Certificates, id) is not null)
        {
            throw Arns.AlreadyExists("cert/" + id, $"The certificate is already registered as {Arns.Of("cert/" + id)}.");
        }

        return Put(transaction, new Certificate
        {
            Id = id,
            Pem = certificate.ExportCertificatePem(),
            Status = status,
            CaId = caId,
            NotBefore = CertificateReading.Seconds(certificate.NotBefore),
            NotAfter = CertificateReading.Seconds(certificate.NotAfter),
            Created = transaction.Now,
            Modified = transaction.Now,
            CustomerVersion = 0,
        });
    }

    internal Certificate Put(RecordTransaction transaction, Certificate certificate) => transaction.Put(Certificates, certificate with
    {
        Modified = transaction.Now,
        CustomerVersion = certificate.CustomerVersion + 1,
        GenerationId = Guid.NewGuid().ToString(),
    });

    internal Policy CreatePolicy(RecordTransaction transaction, string name, string document)
    {
        _ = PolicyDocument.Parse(document, Arns);
        return transaction.Get(Policies, name) is null
            ? transaction.Put(Policies, new Policy
            {
                Name = name,
                Versions = [new PolicyVersion("1", document, transaction.Now)],
                DefaultVersion = "1",
                NextVersion = 2,
                Created = transaction.Now,
                Modified = transaction.Now,
            })
            : throw Arns.AlreadyExists("policy/" + name, $"Policy '{name}' already exists.");
    }

    internal void AttachPolicy(RecordTransaction transaction, string policy, string target)
    {
        _ = transaction.Get(Policies, policy) ?? throw new CloudException(ErrorCodes.NotFound, $"Policy {policy} does not exist.");
        transaction.Put(Targets, new PolicyTarget(policy, target));
    }

    internal async Task DisabledAsync(string certificateId)
    {
        if (CertificateDisabled is not null)
        {
            await CertificateDisabled(certificateId).ConfigureAwait(false);
        }
    }
}
