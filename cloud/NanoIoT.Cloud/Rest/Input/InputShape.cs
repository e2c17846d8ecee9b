using System.Text.RegularExpressions;

namespace NanoIoT.Cloud.Rest.Input;

/// <summary>What a value of a request must be.</summary>
internal sealed class InputShape
{
    public required string Name { get; init; }

    public required ShapeKind Kind { get; init; }

    /// <summary>The least value, length or count, or null.</summary>
    public double? Min { get; init; }

    /// <summary>The greatest value, length or count, or null.</summary>
    public double? Max { get; init; }

    /// <summary>What a text must match as a whole, or null.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>The pattern as an error message shows it.</summary>
    public string PatternText { get; init; } = string.Empty;

    /// <summary>The texts an enum allows.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The shape of a map's keys.</summary>
    public InputShape? Key { get; set; }

    /// <summary>The shape of a list's items or a map's values.</summary>
    public InputShape? Item { get; set; }

    /// <summary>A structure's members by name.</summary>
    public Dictionary<string, InputMember> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>The shape of members that <see cref="Members"/> does not name; null where these are refused.</summary>
    public InputShape? Others { get; set; }
}

/// <summary>A member of an operation's input or of a structure.</summary>
/// <param name="Name">Its name as it travels.</param>
/// <param name="Location">Where it travels.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="Shape">What it must be.</param>
internal sealed record InputMember(string Name, MemberLocation Location, bool IsRequired, InputShape Shape);

/// <summary>Where a member of an operation's input travels.</summary>
internal enum MemberLocation
{
    /// <summary>In the JSON body.</summary>
    Body,

    /// <summary>As a variable of the path.</summary>
    Path,

    /// <summary>In the query.</summary>
    Query,

    /// <summary>As a header.</summary>
    Header,

    /// <summary>As the whole body.</summary>
    Payload,
}
