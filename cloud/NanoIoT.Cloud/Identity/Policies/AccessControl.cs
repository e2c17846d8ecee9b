using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Registry;

namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>Says what principals may do: their own policies and those of their thing's groups.</summary>
/// <param name="identities">Certificates and policies.</param>
/// <param name="registry">Things and groups.</param>
/// <param name="time">The clock.</param>
public sealed class AccessControl(IdentityStore identities, IRegistry registry, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string Text, PolicyDocument Document)> _compiled = new(StringComparer.Ordinal);

    /// <summary>Grows when an answer may have changed.</summary>
    internal long Revision => identities.Revision + registry.AccessRevision;

    /// <summary>What a certificate's connection or request may do.</summary>
    /// <param name="certificateId">The certificate.</param>
    /// <param name="clientId">The MQTT client id, or null over HTTPS.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="connect">What its CONNECT asks for, or null over HTTPS.</param>
    /// <returns>Its access.</returns>
    public ConnectionAccess For(string certificateId, string? clientId, IPAddress? address, ConnectDetails? connect = null) =>
        new(this, certificateId, clientId, address, connect);

    internal (AccessContext Context, IReadOnlyList<(string Name, PolicyDocument Document)> Policies) Load(
        string certificateId, string? clientId, IPAddress? address, ConnectDetails? connect = null)
    {
        string principal = "cert/" + certificateId;
        IReadOnlyList<string> things = registry.ThingsOf(principal);
        string? thingName = clientId is not null && things.Contains(clientId) ? clientId : things.Count == 1 ? things[0] : null;
        Thing? thing = thingName is null ? null : registry.Find(thingName);
        var parts = new Dictionary<string, string>();
        if (identities.Find(certificateId) is Certificate certificate)
        {
            using X509Certificate2 x509 = X509Certificate2.CreateFromPem(certificate.Pem);
            parts = CertificateReading.Describe(x509);
        }

        var context = new AccessContext
        {
            ClientId = clientId,
            CertificateId = certificateId,
            Thing = thing,
            ConnectionThing = thing?.ThingName == clientId || registry.IsExclusive(principal) ? thing : null,
            Connect = connect,
            ArnPrefix = identities.Arns.Prefix,
            Certificate = parts,
            SourceAddress = address,
            Now = time.GetUtcNow(),
        };
        return (context, [.. Effective(principal, thing).Select(name => (name, Compile(name)))]);
    }

    /// <summary>The policies that count for a principal and its thing.</summary>
    internal IEnumerable<string> Effective(string? principal, Thing? thing)
    {
        var targets = new List<string>();
        if (principal is not null)
        {
            targets.Add(principal);
        }

        targets.AddRange((thing?.StaticGroups ?? []).SelectMany(registry.GroupAndParents).Distinct(StringComparer.Ordinal).Select(group => "thinggroup/" + group));
        return targets.SelectMany(target => identities.Targets.RangeByAlternate(target + "|")).Select(item => item.Policy).Distinct(StringComparer.Ordinal);
    }

    internal PolicyDocument Compile(string policyName)
    {
        string text = identities.Policies.Get(policyName)!.Document();
        if (_compiled.TryGetValue(policyName, out (string Text, PolicyDocument Document) known) && ReferenceEquals(known.Text, text))
        {
            return known.Document;
        }

        PolicyDocument document = PolicyDocument.Parse(text, identities.Arns, PolicyReading.Stored);
        _compiled[policyName] = (text, document);
        return document;
    }
}
