using System.Net;
using NanoIoT.Cloud.Registry;

namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>What policy variables and conditions are resolved from: one connection or request.</summary>
public sealed class AccessContext
{
    /// <summary>Values of one part of a certificate that policies see, as AWS.</summary>
    private const int MaxListed = 5;

    private readonly Dictionary<string, string?> _resolved = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The MQTT client id, or null over HTTPS.</summary>
    public string? ClientId { get; init; }

    /// <summary>The id of the certificate, or null.</summary>
    public string? CertificateId { get; init; }

    /// <summary>The thing the principal belongs to: the one whose name is the client id, or the only one it is attached to; else null.</summary>
    public Thing? Thing { get; init; }

    /// <summary>
    /// The thing that <c>iot:Connection.Thing.*</c> describes, or null. As AWS: the one whose name is the client id, or the one
    /// that the principal is attached to exclusively.
    /// </summary>
    public Thing? ConnectionThing { get; init; }

    /// <summary>What the CONNECT asks for, or null over HTTPS.</summary>
    public ConnectDetails? Connect { get; init; }

    /// <summary>What ARNs of this service begin with.</summary>
    public string ArnPrefix { get; init; } = string.Empty;

    /// <summary>Parts of the certificate: <c>Subject.CommonName</c>, <c>Issuer.Organization</c>, <c>SerialNumber</c>.</summary>
    public IReadOnlyDictionary<string, string> Certificate { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the request comes from.</summary>
    public IPAddress? SourceAddress { get; init; }

    /// <summary>The time.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>The thing's groups, for <c>${nanoiot:Connection.Thing.GroupName}</c>, which stands for each of them.</summary>
    public IReadOnlyList<string> Groups => Thing?.Groups ?? [];

    /// <summary>The values of a condition's key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The values; none where the key is absent.</returns>
    public IReadOnlyList<string> ResolveAll(string key)
    {
        if (!PolicyKeys.IsMultiple(key))
        {
            return Resolve(key) is string value ? [value] : [];
        }

        if (PolicyKeys.ListedPart(key) is string part)
        {
            return [.. Enumerable.Range(0, MaxListed).Select(index => Certificate.GetValueOrDefault($"{part}.{index}")).OfType<string>()];
        }

        return key.Equals(PolicyKeys.Group, StringComparison.OrdinalIgnoreCase) ? Groups : Connect?.Attributes ?? [];
    }

    /// <summary>A variable's value.</summary>
    /// <param name="name">Its name, without <c>${}</c>.</param>
    /// <returns>The value, or null where there is none.</returns>
    public string? Resolve(string name)
    {
        lock (_resolved)
        {
            if (!_resolved.TryGetValue(name, out string? value))
            {
                _resolved.Add(name, value = Find(name));
            }

            return value;
        }
    }

    private string? Find(string name)
    {
        Thing? thing = ConnectionThing;
        if (name.StartsWith(PolicyKeys.AttributesPrefix, StringComparison.OrdinalIgnoreCase) && name.EndsWith(']'))
        {
            return thing?.VisibleAttributes().GetValueOrDefault(name[PolicyKeys.AttributesPrefix.Length..^1]);
        }

        if (name.StartsWith(PolicyKeys.CertificatePrefix, StringComparison.OrdinalIgnoreCase))
        {
            string part = name[PolicyKeys.CertificatePrefix.Length..];
            return Certificate.GetValueOrDefault(part) ?? (part.EndsWith(".0", StringComparison.Ordinal) ? Certificate.GetValueOrDefault(part[..^2]) : null);
        }

        return name.ToUpperInvariant() switch
        {
            "IOT:CLIENTID" => ClientId,
            "IOT:CERTIFICATEID" => CertificateId,
            "IOT:LASTWILLTOPIC" => Connect?.WillTopic is string topic ? $"{ArnPrefix}topic/{topic}" : null,
            "NANOIOT:CONNECTION.THING.THINGNAME" => Thing?.ThingName,
            "IOT:CONNECTION.THING.THINGNAME" or "IOT:THING.THINGNAME" => thing?.ThingName,
            "IOT:CONNECTION.THING.THINGTYPENAME" => thing?.ThingTypeName,
            "IOT:CONNECTION.THING.ISATTACHED" => thing is null ? "false" : "true",
            "AWS:SOURCEIP" => SourceAddress?.ToString(),
            "AWS:CURRENTTIME" => Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            "AWS:EPOCHTIME" => Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
            "AWS:SECURETRANSPORT" => "true",
            _ => null,
        };
    }
}
