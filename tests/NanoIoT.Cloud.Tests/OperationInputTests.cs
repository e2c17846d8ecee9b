using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rest.Input;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>Every member of every operation, made wrong in every way its model forbids, is refused over HTTP.</summary>
[TestClass]
public sealed class OperationInputTests
{
    [TestMethod]
    public async Task Each_member_of_each_operation_is_validated()
    {
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            using HttpClient http = service.CreateHttp();
            var accepted = new List<string>();
            int count = 0;
            foreach (Operation operation in service.Cloud.Operations.Operations.Where(item => item.Support != Support.Refused))
            {
                foreach ((string change, Input input) in MutationsOf(operation))
                {
                    count++;
                    (int status, string code) = await SendAsync(http, operation, input).ConfigureAwait(false);
                    if (status != 400 || code != ErrorCodes.InvalidRequest)
                    {
                        accepted.Add($"{operation.Name}: {change}: {status} {code}");
                    }
                }
            }

            Assert.IsEmpty(accepted, string.Join('\n', accepted));
            Assert.IsGreaterThan(1000, count);
        }
    }

    [TestMethod]
    public async Task A_request_as_its_model_says_passes()
    {
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            foreach (Operation operation in service.Cloud.Operations.Operations.Where(item => item.Support != Support.Refused))
            {
                Input input = ValidInput(operation);
                var caller = new Caller("user/test", Role.Admin, null, null);
                byte[] body = input.Body is null ? [] : Encoding.UTF8.GetBytes(input.Body.ToJsonString());

                OperationInput.Check(operation, new OperationRequest(caller, input.Path, input.Query, input.Headers.GetValueOrDefault, body));
            }
        }
    }

    [TestMethod]
    public async Task The_model_has_each_operation_and_names_each_variable_of_its_path()
    {
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            Operation[] served = [.. service.Cloud.Operations.Operations.Where(item => item.Support != Support.Refused)];

            CollectionAssert.AreEquivalent(served.Select(item => item.Name).ToArray(), InputModel.Default.Operations.Keys.ToArray());
            foreach (Operation operation in served)
            {
                string[] inPath = [.. operation.Path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}', '+'))];
                CollectionAssert.AreEquivalent(
                    inPath,
                    InputModel.Default.Operations[operation.Name].Where(member => member.Location == MemberLocation.Path).Select(member => member.Name).ToArray(),
                    operation.Name);
            }
        }
    }

    [TestMethod]
    [DataRow("""{"attributePayload":{"attributes":{"a":"ü"}}}""", "attributePayload.attributes.a must match")]
    [DataRow("""{"attributePayload":{"atributes":{}}}""", "attributePayload has no member 'atributes'.")]
    [DataRow("""{"thingTypename":"t"}""", "CreateThing has no parameter 'thingTypename'.")]
    [DataRow("""{"thingTypeName":7}""", "thingTypeName must be a string.")]
    [DataRow("""{"thingTypeName":""}""", "thingTypeName must have between 1 and 128 characters; it has 0.")]
    [DataRow("""{"thingTypeName":"\ud800"}""", "The text at byte 17 has the escape")]
    [DataRow("""{"attributePayload":{"merge":"true"}}""", "attributePayload.merge must be true or false.")]
    public async Task A_refusal_says_what_is_wrong(string body, string expected)
    {
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            using HttpClient http = service.CreateHttp();
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await http.PostAsync(new Uri("/things/t", UriKind.Relative), content).ConfigureAwait(false);

            Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(expected, JsonNode.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false))!["message"]!.ToString());
        }
    }

    private static IEnumerable<(string Change, Input Input)> MutationsOf(Operation operation)
    {
        foreach (InputMember member in InputModel.Default.Operations[operation.Name])
        {
            bool isPath = member.Location == MemberLocation.Path;
            bool isText = isPath || member.Location is MemberLocation.Query or MemberLocation.Header;
            IEnumerable<(string Change, JsonNode? Value)> wrong = member.Shape.Kind == ShapeKind.Blob ? [] : WrongValues(member.Shape, isText);
            if (member.IsRequired && !isPath && member.Location != MemberLocation.Payload)
            {
                wrong = wrong.Append(("missing", null));
            }

            foreach ((string change, JsonNode? value) in wrong)
            {
                // An empty level of a path is another path.
                if (!isPath || value!.ToString().Length > 0)
                {
                    yield return ($"{member.Name} {change}", ValidInput(operation).With(member, value));
                }
            }
        }

        Input unknownQuery = ValidInput(operation);
        unknownQuery.Query["notAParameter"] = "x";
        yield return ("unknown query parameter", unknownQuery);
        if (InputModel.Default.Operations[operation.Name].All(member => member.Location != MemberLocation.Payload || member.Shape.Kind != ShapeKind.Blob))
        {
            Input unknown = ValidInput(operation);
            unknown.Body ??= [];
            unknown.Body["notAParameter"] = "x";
            yield return ("unknown body parameter", unknown);
        }
    }

    /// <summary>Values that a shape forbids, those of its parts included.</summary>
    private static IEnumerable<(string Change, JsonNode? Value)> WrongValues(InputShape shape, bool isText)
    {
        switch (shape.Kind)
        {
            case ShapeKind.String:
                foreach ((string, JsonNode?) wrong in WrongStrings(shape, isText))
                {
                    yield return wrong;
                }

                break;
            case ShapeKind.Enum:
                yield return ("not of the enum", "NO_SUCH_VALUE");
                yield return ("in another case", string.Concat(shape.Values[0].Select(SwapCase)));
                break;
            case ShapeKind.Boolean:
                yield return ("not a Boolean", "yes");
                break;
            case ShapeKind.Integer or ShapeKind.Long or ShapeKind.Double:
                yield return ("not a number", "many");
                if (shape.Min is double min)
                {
                    yield return ("too small", JsonValue.Create((long)min - 1));
                }

                if (shape.Max is double max)
                {
                    yield return ("too large", JsonValue.Create((long)max + 1));
                }

                break;
            case ShapeKind.List:
                yield return ("not a list", "text");
                yield return ("an item null", new JsonArray((JsonNode?)null));
                if (shape.Max is double most)
                {
                    yield return ("too many", new JsonArray([.. Enumerable.Range(0, (int)most + 1).Select(_ => ValidValue(shape.Item!))]));
                }

                foreach ((string change, JsonNode? value) in WrongValues(shape.Item!, false))
                {
                    yield return ("an item " + change, new JsonArray(value));
                }

                break;
            case ShapeKind.Map:
                yield return ("not an object", "text");
                foreach ((string change, JsonNode? value) in WrongValues(shape.Item!, false))
                {
                    yield return ("a value " + change, new JsonObject { [ValidValue(shape.Key!)!.ToString()] = value });
                }

                foreach ((string change, JsonNode? value) in WrongValues(shape.Key!, true))
                {
                    yield return ("a key " + change, new JsonObject { [value!.ToString()] = ValidValue(shape.Item!) });
                }

                break;
            case ShapeKind.Structure:
                foreach ((string, JsonNode?) wrong in WrongStructures(shape))
                {
                    yield return wrong;
                }

                break;
        }
    }

    private static char SwapCase(char c) => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c);

    private static IEnumerable<(string Change, JsonNode? Value)> WrongStrings(InputShape shape, bool isText)
    {
        if (!isText)
        {
            yield return ("not a string", 7);
        }

        if (shape.Max is double max)
        {
            yield return ("too long", new string('1', (int)max + 1));
        }

        if (shape.Min is > 0)
        {
            yield return ("too short", new string('1', (int)shape.Min - 1));
        }

        if (shape.Pattern is not null)
        {
            int length = (int)Math.Max(shape.Min ?? 1, 1);
            string wrong = new[] { '\u0007', '!', '\u20AC', '$' }.Select(c => new string(c, length)).First(text => !shape.Pattern.IsMatch(text));
            yield return ("against its pattern", wrong);
        }
    }

    private static IEnumerable<(string Change, JsonNode? Value)> WrongStructures(InputShape shape)
    {
        yield return ("not an object", "text");
        if (shape.Others is null)
        {
            yield return ("with an unknown member", Extend(shape, "notAMember", "x"));
        }

        foreach (InputMember member in shape.Members.Values)
        {
            if (member.IsRequired)
            {
                yield return ($"without {member.Name}", Extend(shape, member.Name, null));
            }

            foreach ((string change, JsonNode? value) in WrongValues(member.Shape, false))
            {
                yield return ($"with {member.Name} {change}", Extend(shape, member.Name, value));
            }
        }
    }

    private static JsonObject Extend(InputShape shape, string name, JsonNode? value)
    {
        var result = (JsonObject)ValidValue(shape)!;
        result.Remove(name);
        if (value is not null)
        {
            result[name] = value;
        }

        return result;
    }

    private static JsonNode? ValidValue(InputShape shape)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Enum:
                return shape.Values[0];
            case ShapeKind.Boolean:
                return true;
            case ShapeKind.Integer or ShapeKind.Long or ShapeKind.Double:
                return JsonValue.Create((long)Math.Max(shape.Min ?? 1, 1));
            case ShapeKind.List:
                return new JsonArray([.. Enumerable.Range(0, (int)Math.Max(shape.Min ?? 1, 1)).Select(_ => ValidValue(shape.Item!))]);
            case ShapeKind.Map:
                return new JsonObject { [ValidValue(shape.Key!)!.ToString()] = ValidValue(shape.Item!) };
            case ShapeKind.Structure:
                return new JsonObject(shape.Members.Values.Where(member => member.IsRequired).Select(member => KeyValuePair.Create(member.Name, ValidValue(member.Shape))));
            default:
                int length = (int)Math.Max(shape.Min ?? 1, 1);
                return new[] { new string('1', length), new string(',', length), new string('a', length) }.First(text => shape.Pattern?.IsMatch(text) != false);
        }
    }

    private static Input ValidInput(Operation operation)
    {
        var input = new Input();
        foreach (InputMember member in InputModel.Default.Operations[operation.Name].Where(member => member.IsRequired && member.Shape.Kind != ShapeKind.Blob))
        {
            input = input.With(member, ValidValue(member.Shape));
        }

        return input;
    }

    private static async Task<(int Status, string Code)> SendAsync(HttpClient http, Operation operation, Input input)
    {
        string path = string.Join('/', operation.Path.Split('/').Select(part => part.StartsWith('{') ? Uri.EscapeDataString(input.Path[part.Trim('{', '}', '+')]) : part));
        string query = string.Join('&', input.Query.Select(item => $"{item.Key}={Uri.EscapeDataString(item.Value)}"));
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), new Uri(path + (query.Length > 0 ? "?" + query : string.Empty), UriKind.Relative));
        foreach ((string name, string value) in input.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (input.Body is not null)
        {
            request.Content = new StringContent(input.Body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage answer = await http.SendAsync(request).ConfigureAwait(false);
        string code = answer.Headers.TryGetValues("x-amzn-ErrorType", out IEnumerable<string>? values) ? values.First() : string.Empty;
        return ((int)answer.StatusCode, code);
    }

    private sealed class Input
    {
        public Dictionary<string, string> Path { get; } = [];

        public Dictionary<string, string> Query { get; } = [];

        public Dictionary<string, string> Headers { get; } = [];

        public JsonObject? Body { get; set; }

        public Input With(InputMember member, JsonNode? value)
        {
            switch (member.Location)
            {
                case MemberLocation.Body:
                    Body ??= [];
                    Body.Remove(member.Name);
                    if (value is not null)
                    {
                        Body[member.Name] = value;
                    }

                    break;
                case MemberLocation.Payload:
                    Body = value as JsonObject ?? new JsonObject { ["notAnObject"] = value };
                    break;
                default:
                    Dictionary<string, string> texts = member.Location switch
                    {
                        MemberLocation.Path => Path,
                        MemberLocation.Query => Query,
                        _ => Headers,
                    };
                    texts.Remove(member.Name);
                    if (value is not null)
                    {
                        texts[member.Name] = Convert.ToString(value, CultureInfo.InvariantCulture)!;
                    }

                    break;
            }

            return this;
        }
    }
}
