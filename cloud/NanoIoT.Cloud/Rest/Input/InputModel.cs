using System.Globalization;
using System.Text.RegularExpressions;

namespace NanoIoT.Cloud.Rest.Input;

/// <summary>The inputs of AWS IoT's operations, read from <c>operations.txt</c>, which describes its own notation.</summary>
internal sealed partial class InputModel
{
    private const string ResourceName = "NanoIoT.Cloud.Rest.Input.operations.txt";

    /// <summary>The operations that the service refuses, below the reasons.</summary>
    public const string RefusedResourceName = "NanoIoT.Cloud.Rest.Input.unsupported.txt";

    private static readonly Lazy<InputModel> s_default = new(() => new InputModel(ReadResource(ResourceName)));

    private readonly Dictionary<string, InputShape> _shapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<InputMember>> _operations = new(StringComparer.Ordinal);

    /// <summary>Reads a model.</summary>
    /// <param name="lines">Its lines.</param>
    public InputModel(IEnumerable<string> lines)
    {
        string[][] statements = [.. lines.Where(line => line.Length > 0 && line[0] != '#').Select(Split)];
        foreach (ShapeKind kind in new[] { ShapeKind.String, ShapeKind.Integer, ShapeKind.Long, ShapeKind.Double, ShapeKind.Boolean, ShapeKind.Blob, ShapeKind.Document })
        {
            string name = kind.ToString().ToLowerInvariant();
            _shapes.Add(name, new InputShape { Name = name, Kind = kind });
        }

        foreach (string[] statement in statements.Where(IsShape))
        {
            _shapes.Add(statement[1], CreateShape(statement));
        }

        Connect(statements);
    }

    /// <summary>The model of this service.</summary>
    public static InputModel Default => s_default.Value;

    /// <summary>Members of each operation's input, by the operation's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<InputMember>> Operations => _operations;

    /// <summary>The names of the operations that the service refuses.</summary>
    /// <returns>The names.</returns>
    public static IEnumerable<string> RefusedNames() => ReadResource(RefusedResourceName)
        .Where(line => line.Length > 0 && line[0] is not ('#' or '='))
        .SelectMany(line => line.Split(' ')[0].Split('|'));

    /// <summary>Reads the lines of an embedded text.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The lines.</returns>
    internal static IReadOnlyList<string> ReadResource(string name)
    {
        using Stream stream = typeof(InputModel).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n');
    }

    private static bool IsShape(string[] statement) => statement[0].Length > 0 && statement[0] != "operation";

    /// <summary>The words of a line; a member's line begins with an empty one. A pattern, which is last, may contain spaces.</summary>
    private static string[] Split(string line)
    {
        int pattern = line.IndexOf(" /", StringComparison.Ordinal);
        string words = pattern < 0 ? line : line[..pattern];
        IEnumerable<string> split = words.TrimStart().Split(' ');
        split = line[0] == ' ' ? split.Prepend(string.Empty) : split;
        return pattern < 0 ? [.. split] : [.. split, line[(pattern + 1)..]];
    }

    private static InputShape CreateShape(string[] statement)
    {
        (double? min, double? max) = Range(statement);
        string? pattern = statement[^1].StartsWith('/') ? statement[^1][1..^1] : null;
        ShapeKind kind = Enum.Parse<ShapeKind>(statement[0], ignoreCase: true);
        return new InputShape
        {
            Name = statement[1],
            Kind = kind,
            Min = min,
            Max = max,
            Pattern = pattern is null ? null : new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant),
            PatternText = pattern ?? string.Empty,
            Values = kind == ShapeKind.Enum ? statement[2].Split('|') : [],
        };
    }

    private static (double? Min, double? Max) Range(string[] statement)
    {
        if (statement.Skip(2).FirstOrDefault(word => RangePattern().IsMatch(word)) is not string range)
        {
            return (null, null);
        }

        string[] bounds = range.Split("..");
        return (Bound(bounds[0]), Bound(bounds[1]));
    }

    private static double? Bound(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[0-9]*\.\.[0-9]*\z")]
    private static partial Regex RangePattern();

    private void Connect(string[][] statements)
    {
        InputShape? structure = null;
        List<InputMember>? operation = null;
        foreach (string[] statement in statements)
        {
            switch (statement[0])
            {
                case "operation":
                    _operations.Add(statement[1], operation = []);
                    break;
                case "structure":
                    structure = _shapes[statement[1]];
                    operation = null;
                    break;
                case "list" or "map":
                    ConnectItems(statement);
                    break;
                case "" when operation is not null:
                    operation.Add(Member(statement[1], Enum.Parse<MemberLocation>(statement[2], ignoreCase: true), statement[3]));
                    break;
                case "" when statement[1] == "*":
                    structure!.Others = _shapes[statement[2]];
                    break;
                case "":
                    InputMember member = Member(statement[1], MemberLocation.Body, statement[2]);
                    structure!.Members.Add(member.Name, member);
                    break;
            }
        }
    }

    private void ConnectItems(string[] statement)
    {
        InputShape shape = _shapes[statement[1]];
        int of = Array.IndexOf(statement, "of");
        if (shape.Kind == ShapeKind.List)
        {
            shape.Item = _shapes[statement[of + 1]];
            return;
        }

        shape.Key = _shapes[statement[of + 1]];
        shape.Item = _shapes[statement[of + 3]];
    }

    private InputMember Member(string name, MemberLocation location, string shape) =>
        new(name.TrimEnd('!'), location, name.EndsWith('!'), _shapes[shape]);
}
