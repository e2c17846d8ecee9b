using System.Text.RegularExpressions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Registry;

/// <summary>
/// The attributes that support lives by. They are attributes like others, so that AWS's clients read, write and search
/// them, but each is checked for what it is and has its place in <c>nanoiot thing show</c>. They do not count towards the
/// three attributes a thing without a type may have.
/// </summary>
public static partial class WellKnownAttributes
{
    /// <summary>The hardware profile, one of <c>hardware-profiles/</c>.</summary>
    public const string Profile = "profile";

    /// <summary>Where it is: a name.</summary>
    public const string Region = "region";

    /// <summary>The serial number: 1 to 64 of letters, digits and <c>_ . - /</c>.</summary>
    public const string SerialNumber = "serialNumber";

    /// <summary>The part number: 1 to 64 of letters, digits and <c>_ . - /</c>.</summary>
    public const string PartNumber = "partNumber";

    /// <summary>What it is and does: free text of at most 800 characters.</summary>
    public const string Description = "description";

    /// <summary>The manual: an http or https URL of at most 800 characters.</summary>
    public const string ManualUrl = "manualUrl";

    /// <summary>Its page in the external support system: an http or https URL.</summary>
    public const string SupportUrl = "supportUrl";

    /// <summary>Its case or asset in the external support system: 1 to 128 of letters, digits and <c>_ . , : / # -</c>.</summary>
    public const string SupportId = "supportId";

    /// <summary>When it was last maintained, or is next: <c>YYYY-MM-DD</c>.</summary>
    public const string MaintenanceDate = "maintenanceDate";

    /// <summary>Its sensors: names, each with its unit if one follows a colon, separated by commas: <c>temperature:C,humidity:%</c> (at most 32).</summary>
    public const string Sensors = "sensors";

    /// <summary>Where its clock on the wall is: a time zone of the IANA database, e.g. <c>Europe/Berlin</c>. Maintenance windows go by it.</summary>
    public const string TimeZone = "timeZone";

    /// <summary>What the attributes begin with that show confirmed versions; only boards write those.</summary>
    public const string FirmwarePrefix = "firmware.";

    /// <summary>The profile of a thing that names none.</summary>
    public const string DefaultProfile = "ESP32_S3";

    private const int MaxSensors = 32;

    private static readonly string[] s_names = [Profile, Region, SerialNumber, PartNumber, Description, ManualUrl, SupportUrl, SupportId, MaintenanceDate, Sensors, TimeZone];

    /// <summary>Their names, in the order they are shown.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>A version as an attribute's value, which has no <c>+</c> at AWS: <c>#</c> stands for it.</summary>
    /// <param name="version">The version.</param>
    /// <returns>The value.</returns>
    public static string EncodeVersion(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return version.Replace('+', '#');
    }

    /// <summary>The version of an attribute's value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The version.</returns>
    public static string DecodeVersion(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Replace('#', '+');
    }

    /// <summary>Checks a thing's attributes, well-known or not.</summary>
    /// <param name="attributes">Names and values.</param>
    /// <param name="hasType">Whether the thing has a type: then 50 others are allowed, else 3.</param>
    /// <exception cref="CloudException">One is not allowed.</exception>
    public static void Check(IReadOnlyDictionary<string, string> attributes, bool hasType)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        int most = hasType ? 50 : 3;
        int others = attributes.Keys.Count(name => !s_names.Contains(name));
        Require(others <= most, $"attributes: at most {most} {(hasType ? "for a thing with a type" : "for a thing without a type")}");
        foreach ((string name, string value) in attributes)
        {
            Require(name is not null && AttributeName().IsMatch(name), $"attributes: name {name} is not 1 to 128 of a-z A-Z 0-9 _ . , @ / : # -");
            Require(!name!.StartsWith(FirmwarePrefix, StringComparison.Ordinal), $"attributes: {name} is what the board reports and cannot be set");
            Require(value is not null && value.Length <= 800, $"attributes: value of {name} is over 800 characters");
            CheckValue(name, value!);
        }
    }

    private static void CheckValue(string name, string value)
    {
        switch (name)
        {
            case Profile:
                Require(ProfileCatalog.Find(value) is not null, $"{name}: {value} is none of {string.Join(", ", ProfileCatalog.All.Keys.Order(StringComparer.Ordinal))}");
                break;
            case Region:
                Require(Contract.IsValidName(value), $"{name}: 1 to 128 of a-z A-Z 0-9 : _ -");
                break;
            case SerialNumber or PartNumber:
                Require(Number().IsMatch(value), $"{name}: 1 to 64 of letters, digits and _ . - /");
                break;
            case Description:
                Require(!value.Any(char.IsControl), $"{name}: no control characters");
                break;
            case ManualUrl or SupportUrl:
                Require(
                    Uri.TryCreate(value, UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.UserInfo.Length == 0
                        && value.All(c => c is > ' ' and < '\u007f' and not '"' and not '<' and not '>' and not '\\'),
                    $"{name}: an http or https URL");
                break;
            case SupportId:
                Require(Case().IsMatch(value), $"{name}: 1 to 128 of letters, digits and _ . , : / # -");
                break;
            case MaintenanceDate:
                Require(DateOnly.TryParseExact(value, "yyyy-MM-dd", out _), $"{name}: YYYY-MM-DD");
                break;
            case Sensors:
                string[] sensors = value.Split(',');
                Require(sensors.Length <= MaxSensors && sensors.All(sensor => Sensor().IsMatch(sensor)), $"{name}: at most 32 of NAME or NAME:UNIT, separated by commas");
                break;
            case TimeZone:
                Require(TimeZoneInfo.TryFindSystemTimeZoneById(value, out TimeZoneInfo? zone) && zone.HasIanaId, $"{name}: a time zone of the IANA database, e.g. Europe/Berlin");
                break;
            default:
                Require(AttributeValue().IsMatch(value), $"attributes: value of {name} is not of a-z A-Z 0-9 _ . , @ / : # = [ ] -");
                break;
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, message);
        }
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_.,@/:#-]{1,128}\z")]
    private static partial Regex AttributeName();

    [GeneratedRegex(@"^[a-zA-Z0-9_.,@/:#=\[\]-]{0,800}\z")]
    private static partial Regex AttributeValue();

    [GeneratedRegex(@"^[a-zA-Z0-9_./-]{1,64}\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[a-zA-Z0-9_.,:/#-]{1,128}\z")]
    private static partial Regex Case();

    [GeneratedRegex(@"^[a-zA-Z0-9_-]{1,64}(:[a-zA-Z0-9%/°µ²³·.-]{1,16})?\z")]
    private static partial Regex Sensor();
}
