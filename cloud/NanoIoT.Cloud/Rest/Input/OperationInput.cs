using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Rest.Input;

/// <summary>
/// Checks the input of every operation in one place, before its handler runs: names, types, required members, lengths,
/// patterns, enums and counts. What the model does not name is refused, so that no parameter is ignored silently.
/// </summary>
public static class OperationInput
{
    /// <summary>The parameters of a pre-signed request, which are no input of an operation.</summary>
    private const string SignaturePrefix = "X-Amz-";

    /// <summary>Checks a request.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="request">Its request.</param>
    /// <exception cref="Hosting.CloudException">The request is not as the operation's model says.</exception>
    public static void Check(Operation operation, OperationRequest request)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(request);
        if (!InputModel.Default.Operations.TryGetValue(operation.Name, out IReadOnlyList<InputMember>? members))
        {
            // A refused operation, which reads nothing.
            return;
        }

        CheckQueryNames(operation, request, members);
        foreach (InputMember member in members)
        {
            CheckMember(member, request);
        }

        CheckBody(operation, request, members);
    }

    private static void CheckQueryNames(Operation operation, OperationRequest request, IReadOnlyList<InputMember> members)
    {
        foreach (string name in request.QueryNames)
        {
            bool isKnown = members.Any(member => member.Location == MemberLocation.Query && member.Name == name)
                || name.StartsWith(SignaturePrefix, StringComparison.OrdinalIgnoreCase);
            if (!isKnown)
            {
                throw OperationRequest.Invalid($"{operation.Name} has no query parameter '{name}'.");
            }
        }
    }

    private static void CheckMember(InputMember member, OperationRequest request)
    {
        string? text = member.Location switch
        {
            MemberLocation.Path => request.Path(member.Name),
            MemberLocation.Query => request.Query(member.Name),
            MemberLocation.Header => request.Header(member.Name),
            _ => null,
        };
        if (member.Location is MemberLocation.Body or MemberLocation.Payload)
        {
            return;
        }

        if (text is not null)
        {
            CheckText(member.Name, text, member.Shape);
        }
        else if (member.IsRequired)
        {
            throw Missing(member.Name);
        }
    }

    private static void CheckBody(Operation operation, OperationRequest request, IReadOnlyList<InputMember> members)
    {
        if (members.FirstOrDefault(member => member.Location == MemberLocation.Payload) is InputMember payload)
        {
            if (payload.Shape.Kind != ShapeKind.Blob)
            {
                CheckValue(payload.Name, request.Body, payload.Shape);
            }

            return;
        }

        InputMember[] inBody = [.. members.Where(member => member.Location == MemberLocation.Body)];
        foreach ((string name, JsonNode? value) in request.Body)
        {
            InputMember member = inBody.FirstOrDefault(item => item.Name == name)
                ?? throw OperationRequest.Invalid($"{operation.Name} has no parameter '{name}'.");
            if (value is not null)
            {
                CheckValue(name, value, member.Shape);
            }
        }

        if (inBody.FirstOrDefault(member => member.IsRequired && request.Body[member.Name] is null) is InputMember missing)
        {
            throw Missing(missing.Name);
        }
    }

    /// <summary>Checks a value that travels as text: in the path, the query or a header.</summary>
    private static void CheckText(string name, string text, InputShape shape)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Boolean:
                if (text is not ("true" or "false"))
                {
                    throw OperationRequest.Invalid($"{name} must be true or false; it is '{text}'.");
                }

                break;
            case ShapeKind.Integer or ShapeKind.Long:
                if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
                {
                    throw OperationRequest.Invalid($"{name} must be a whole number; it is '{text}'.");
                }

                CheckNumber(name, number, shape);
                break;
            default:
                CheckString(name, text, shape);
                break;
        }
    }

    private static void CheckValue(string name, JsonNode value, InputShape shape)
    {
        switch (shape.Kind)
        {
            case ShapeKind.String or ShapeKind.Enum:
                CheckString(name, StringOf(name, value), shape);
                break;
            case ShapeKind.Integer or ShapeKind.Long:
                CheckNumber(name, WholeNumberOf(name, value, shape.Kind), shape);
                break;
            case ShapeKind.Double:
                CheckNumber(name, DoubleOf(name, value), shape);
                break;
            case ShapeKind.Boolean when value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False):
                throw OperationRequest.Invalid($"{name} must be true or false.");
            case ShapeKind.List:
                CheckList(name, value as JsonArray ?? throw OperationRequest.Invalid($"{name} must be a list."), shape);
                break;
            case ShapeKind.Map:
                CheckMap(name, value as JsonObject ?? throw OperationRequest.Invalid($"{name} must be an object."), shape);
                break;
            case ShapeKind.Structure:
                CheckStructure(name, value as JsonObject ?? throw OperationRequest.Invalid($"{name} must be an object."), shape);
                break;
        }
    }

    private static string StringOf(string name, JsonNode value)
    {
        if (value.GetValueKind() != JsonValueKind.String)
        {
            throw OperationRequest.Invalid($"{name} must be a string.");
        }

        try
        {
            return value.GetValue<string>();
        }
        catch (InvalidOperationException exception)
        {
            // Half of a surrogate pair is JSON, but no text.
            throw new Hosting.CloudException(Hosting.ErrorCodes.InvalidRequest, $"{name} is not valid Unicode text.", exception);
        }
    }

    private static long WholeNumberOf(string name, JsonNode value, ShapeKind kind)
    {
        if (value is JsonValue number && value.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out long whole)
            && (kind == ShapeKind.Long || whole is >= int.MinValue and <= int.MaxValue))
        {
            return whole;
        }

        throw OperationRequest.Invalid($"{name} must be a whole number.");
    }

    private static double DoubleOf(string name, JsonNode value) =>
        value is JsonValue number && value.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out double result) && double.IsFinite(result)
            ? result
            : throw OperationRequest.Invalid($"{name} must be a number.");

    private static void CheckNumber(string name, double number, InputShape shape)
    {
        if (number < shape.Min || number > shape.Max)
        {
            throw OperationRequest.Invalid($"{name} must be {Between(shape)}; it is {number.ToString(CultureInfo.InvariantCulture)}.");
        }
    }

    private static void CheckString(string name, string text, InputShape shape)
    {
        if (shape.Kind == ShapeKind.Enum)
        {
            if (!shape.Values.Contains(text))
            {
                throw OperationRequest.Invalid($"{name} must be one of {string.Join(", ", shape.Values)}; it is '{Shorten(text)}'.");
            }

            return;
        }

        if (text.Length < shape.Min || text.Length > shape.Max)
        {
            throw OperationRequest.Invalid($"{name} must have {Between(shape)} characters; it has {text.Length}.");
        }

        if (shape.Pattern?.IsMatch(text) == false)
        {
            throw OperationRequest.Invalid($"{name} must match {shape.PatternText}; it is '{Shorten(text)}'.");
        }
    }

    private static void CheckList(string name, JsonArray items, InputShape shape)
    {
        CheckCount(name, items.Count, shape);
        for (int i = 0; i < items.Count; i++)
        {
            CheckValue($"{name}[{i}]", items[i] ?? throw OperationRequest.Invalid($"{name}[{i}] must not be null."), shape.Item!);
        }
    }

    private static void CheckMap(string name, JsonObject members, InputShape shape)
    {
        CheckCount(name, members.Count, shape);
        foreach ((string key, JsonNode? value) in members)
        {
            CheckString($"A key of {name}", key, shape.Key!);
            if (value is not null)
            {
                CheckValue($"{name}.{key}", value, shape.Item!);
            }
        }
    }

    private static void CheckCount(string name, int count, InputShape shape)
    {
        if (count < shape.Min || count > shape.Max)
        {
            throw OperationRequest.Invalid($"{name} must have {Between(shape)} items; it has {count}.");
        }
    }

    private static void CheckStructure(string name, JsonObject members, InputShape shape)
    {
        foreach ((string key, JsonNode? value) in members)
        {
            InputShape member = shape.Members.GetValueOrDefault(key)?.Shape ?? shape.Others
                ?? throw OperationRequest.Invalid($"{name} has no member '{Shorten(key)}'.");
            if (value is not null)
            {
                CheckValue($"{name}.{key}", value, member);
            }
        }

        if (shape.Members.Values.FirstOrDefault(member => member.IsRequired && members[member.Name] is null) is InputMember missing)
        {
            throw Missing($"{name}.{missing.Name}");
        }
    }

    private static string Between(InputShape shape)
    {
        if (shape.Max is null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"at least {shape.Min}");
        }

        if (shape.Min is null or 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"at most {shape.Max}");
        }

        return shape.Min == shape.Max
            ? string.Create(CultureInfo.InvariantCulture, $"exactly {shape.Max}")
            : string.Create(CultureInfo.InvariantCulture, $"between {shape.Min} and {shape.Max}");
    }

    private static string Shorten(string text) => text.Length <= 128 ? text : text[..128] + "…";

    private static Hosting.CloudException Missing(string name) => OperationRequest.Invalid($"{name} is missing.");
}
