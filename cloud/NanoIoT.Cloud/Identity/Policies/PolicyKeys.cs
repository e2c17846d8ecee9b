namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>The condition keys and policy variables that this service implements. A policy that names another is refused.</summary>
internal static class PolicyKeys
{
    /// <summary>The prefix of a thing's attribute, which <c>]</c> ends.</summary>
    public const string AttributesPrefix = "iot:Connection.Thing.Attributes[";

    /// <summary>The prefix of a certificate's parts.</summary>
    public const string CertificatePrefix = "iot:Certificate.";

    /// <summary>Stands for each of the thing's groups.</summary>
    public const string Group = "nanoiot:Connection.Thing.GroupName";

    /// <summary>The thing that the certificate belongs to, whatever the client id.</summary>
    public const string OwnThing = "nanoiot:Connection.Thing.ThingName";

    private const string ListSuffix = ".List";

    private static readonly HashSet<string> s_single = new(StringComparer.OrdinalIgnoreCase)
    {
        "iot:ClientId",
        "iot:CertificateId",
        "iot:LastWillTopic",
        "iot:Connection.Thing.ThingName",
        "iot:Thing.ThingName",
        "iot:Connection.Thing.ThingTypeName",
        "iot:Connection.Thing.IsAttached",
        OwnThing,
        "aws:SourceIp",
        "aws:CurrentTime",
        "aws:EpochTime",
        "aws:SecureTransport",
    };

    private static readonly HashSet<string> s_multiple = new(StringComparer.OrdinalIgnoreCase) { "iot:ConnectAttributes", Group };

    /// <summary>Whether a key has several values, so that its condition needs ForAnyValue or ForAllValues.</summary>
    public static bool IsMultiple(string key) => s_multiple.Contains(key) || (IsCertificatePart(key) && key.EndsWith(ListSuffix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a condition may name a key.</summary>
    public static bool IsKnown(string key) => s_single.Contains(key) || s_multiple.Contains(key) || IsAttribute(key) || IsCertificatePart(key);

    /// <summary>Whether a text may name a variable.</summary>
    public static bool IsVariable(string name) => IsKnown(name) && (!IsMultiple(name) || name.Equals(Group, StringComparison.OrdinalIgnoreCase));

    /// <summary>The part of a certificate that a <c>.List</c> key names, or null.</summary>
    public static string? ListedPart(string key) => IsMultiple(key) && key.StartsWith(CertificatePrefix, StringComparison.OrdinalIgnoreCase)
        ? key[CertificatePrefix.Length..^ListSuffix.Length]
        : null;

    private static bool IsAttribute(string key) =>
        key.Length > AttributesPrefix.Length + 1 && key.StartsWith(AttributesPrefix, StringComparison.OrdinalIgnoreCase) && key.EndsWith(']');

    /// <summary>Subject or Issuer, a part, and an index or List; or the serial number.</summary>
    private static bool IsCertificatePart(string key)
    {
        if (!key.StartsWith(CertificatePrefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string[] words = key[CertificatePrefix.Length..].Split('.');
        if (words is [string single])
        {
            return single.Equals("SerialNumber", StringComparison.OrdinalIgnoreCase);
        }

        bool isName = words[0].Equals("Subject", StringComparison.OrdinalIgnoreCase) || words[0].Equals("Issuer", StringComparison.OrdinalIgnoreCase);
        bool isIndexed = words.Length == 3 && (uint.TryParse(words[2], out _) || words[2].Equals("List", StringComparison.OrdinalIgnoreCase));
        return isName && (words.Length == 2 || isIndexed) && CertificateReading.IsPart(words[1]);
    }
}
