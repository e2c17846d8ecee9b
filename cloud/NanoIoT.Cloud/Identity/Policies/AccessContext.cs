using System.Net;
using NanoIoT.Cloud.Registry;

namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>What policy variables and conditions are resolved from: one connection or request.</summary>
public sealed class AccessContext
{
    private const string AttributesPrefix = "iot:Connection.Thing.Attributes[";

    private readonly Dictionary<string, string?> _resolved = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The MQTT client id, or null over HTTPS.</summary>
    public string? ClientId { get; init; }

    /// <summary>The thing: the one whose name is the client id, or the only one the principal is attached to; else null.</summary>
    public Thing? Thing { get; init; }

    /// <summary>Whether the principal is attached to <see cref="Thing"/>.</summary>
    public bool IsAttached { get; init; }

    /// <summary>Parts of the certificate: <c>Subject.CommonName</c>, <c>Issuer.Organization</c>, <c>SerialNumber</c>.</summary>
    public IReadOnlyDictionary<string, string> Certificate { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the request comes from.</summary>
    public IPAddress? SourceAddress { get; init; }

    /// <summary>The time.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>The thing's groups, for <c>${nanoiot:Connection.Thing.GroupName}</c>, which stands for each of them.</summary>
    public IReadOnlyList<string> Groups => IsAttached && Thing is not null ? Thing.Groups : [];

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
        Thing? thing = IsAttached ? Thing : null;
        if (name.StartsWith(AttributesPrefix, StringComparison.OrdinalIgnoreCase) && name.EndsWith(']'))
        {
            return thing?.VisibleAttributes().GetValueOrDefault(name[AttributesPrefix.Length..^1]);
        }

        const string certificate = "iot:Certificate.";
        if (name.StartsWith(certificate, StringComparison.OrdinalIgnoreCase))
        {
            string part = name[certificate.Length..];
            return Certificate.GetValueOrDefault(part) ?? (part.EndsWith(".0", StringComparison.Ordinal) ? Certificate.GetValueOrDefault(part[..^2]) : null);
        }

        return name.ToUpperInvariant() switch
        {
            "IOT:CLIENTID" => ClientId,
            "IOT:CONNECTION.THING.THINGNAME" => thing?.ThingName,
            "IOT:CONNECTION.THING.THINGTYPENAME" => thing?.ThingTypeName,
            "IOT:CONNECTION.THING.ISATTACHED" => IsAttached ? "true" : "false",
            "AWS:SOURCEIP" => SourceAddress?.ToString(),
            "AWS:CURRENTTIME" => Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            "AWS:EPOCHTIME" => Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
            "AWS:SECURETRANSPORT" => "true",
            _ => null,
        };
    }
}
