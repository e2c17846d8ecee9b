using System.Globalization;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry.Search;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Registry.Operations;

/// <summary>AWS's operations of fleet indexing: search, statistics and what is indexed.</summary>
internal sealed class IndexOperations(ThingRegistry registry, SearchIndex index, IConnectivity connectivity) : IOperationSource
{
    private const int MaxResults = 500;
    private const int MaxPercents = 50;
    private const string CustomFieldsNote = "`customFields`, `filter` and Device Defender are refused: "
        + "every field is searched without being declared; `managedFields` cannot be changed";

    private static readonly double[] s_percents = [1, 5, 25, 50, 75, 95, 99];

    private static readonly (string Name, string Type)[] s_thingFields =
    [
        ("thingName", "String"),
        ("thingId", "String"),
        ("thingTypeName", "String"),
        ("thingGroupNames", "String"),
        ("registry.version", "Number"),
        ("connectivity.connected", "Boolean"),
        ("connectivity.timestamp", "Number"),
        ("connectivity.disconnectReason", "String"),
        ("shadow.hasDelta", "Boolean"),
    ];

    private static readonly (string Name, string Type)[] s_groupFields =
    [
        ("thingGroupName", "String"),
        ("thingGroupId", "String"),
        ("thingGroupDescription", "String"),
        ("parentGroupNames", "String"),
    ];

    public IEnumerable<Operation> Operations =>
    [
        new() { Name = "SearchIndex", Method = "POST", Path = "/indices/search", Support = Support.Partly, Note = "no Device Defender fields, no geoqueries", Handler = (request, _) => Task.FromResult(Search(request)) },
        new() { Name = "GetStatistics", Method = "POST", Path = "/indices/statistics", Handler = (request, _) => Task.FromResult(Statistics(request)) },
        new() { Name = "GetCardinality", Method = "POST", Path = "/indices/cardinality", Support = Support.Partly, Note = "exact, not approximate", Handler = (request, _) => Task.FromResult(Cardinality(request)) },
        new() { Name = "GetPercentiles", Method = "POST", Path = "/indices/percentiles", Support = Support.Partly, Note = "exact, not approximate", Handler = (request, _) => Task.FromResult(Percentiles(request)) },
        new() { Name = "GetBucketsAggregation", Method = "POST", Path = "/indices/buckets", Handler = (request, _) => Task.FromResult(Buckets(request)) },
        new() { Name = "DescribeIndex", Method = "GET", Path = "/indices/{indexName}", Handler = (request, _) => Task.FromResult(Describe(request)) },
        new() { Name = "ListIndices", Method = "GET", Path = "/indices", Handler = (request, _) => Task.FromResult(List(request)) },
        new() { Name = "GetIndexingConfiguration", Method = "GET", Path = "/indexing/config", Handler = (_, _) => Task.FromResult(GetConfiguration()) },
        new() { Name = "UpdateIndexingConfiguration", Method = "POST", Path = "/indexing/config", Role = Role.Admin, Support = Support.Partly, Note = CustomFieldsNote, Handler = ConfigureAsync },
        new() { Name = "GetThingConnectivityData", Method = "POST", Path = "/things/{thingName}/connectivity-data", Handler = (request, _) => Task.FromResult(Connectivity(request)) },
    ];

    private static SearchNode Query(OperationRequest request)
    {
        if (request.Text("queryVersion") is string version and not SearchIndex.QueryVersion)
        {
            throw OperationRequest.Invalid($"queryVersion: {version} is not {SearchIndex.QueryVersion}");
        }

        return SearchQuery.Parse(request.RequiredText("queryString"));
    }

    private IEnumerable<ISearchDocument> Documents(OperationRequest request, string? after = null) => IndexName(request) switch
    {
        SearchIndex.ThingsIndex => index.Things(Query(request), after),
        _ => index.Groups(Query(request), after),
    };

    private static string IndexName(OperationRequest request) => request.Text("indexName") switch
    {
        null or SearchIndex.ThingsIndex => SearchIndex.ThingsIndex,
        SearchIndex.GroupsIndex => SearchIndex.GroupsIndex,
        string other => throw new CloudException(ErrorCodes.NotFound, $"Index {other} does not exist."),
    };

    private OperationResult Search(OperationRequest request)
    {
        int limit = (int)(request.Number("maxResults", 1, MaxResults) ?? 100);
        string? after = request.Text("nextToken") is string token ? OperationRequest.ReadToken(token) : null;
        return IndexName(request) == SearchIndex.ThingsIndex
            ? Pages.Create(index.Things(Query(request), after), limit, item => item.Thing.ThingName, Describe, "things")
            : Pages.Create(index.Groups(Query(request), after), limit, item => item.Group.Name, Describe, "thingGroups");
    }

    private static JsonObject Describe(ThingDocument item) => new()
    {
        ["thingName"] = item.Thing.ThingName,
        ["thingId"] = item.Thing.ThingId,
        ["thingTypeName"] = item.Thing.ThingTypeName,
        ["thingGroupNames"] = new JsonArray([.. item.GroupNames.Select(group => (JsonNode?)group)]),
        ["attributes"] = RegistryJson.Attributes(item.Thing.VisibleAttributes()),
        ["shadow"] = item.ShadowJson(),
        ["connectivity"] = item.ConnectivityJson(),
    };

    private static JsonObject Describe(GroupDocument item) => new()
    {
        ["thingGroupName"] = item.Group.Name,
        ["thingGroupId"] = item.Group.Id,
        ["thingGroupDescription"] = item.Group.Description,
        ["attributes"] = RegistryJson.Attributes(item.Group.Attributes),
        ["parentGroupNames"] = new JsonArray([.. item.Parents.Select(group => (JsonNode?)group)]),
    };

    private static string Field(OperationRequest request) => request.Text("aggregationField") ?? "registry.version";

    private double[] Numbers(OperationRequest request, out int count)
    {
        string field = Field(request);
        var numbers = new List<double>();
        count = 0;
        foreach (ISearchDocument document in Documents(request))
        {
            bool has = false;
            foreach (string value in document.Values(field))
            {
                has = true;
                if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
                {
                    numbers.Add(number);
                }
            }

            count += has ? 1 : 0;
        }

        return [.. numbers];
    }

    private OperationResult Statistics(OperationRequest request)
    {
        double[] numbers = Numbers(request, out int count);
        var statistics = new JsonObject { ["count"] = count };
        if (numbers.Length > 0)
        {
            double sum = numbers.Sum();
            double average = sum / numbers.Length;
            double variance = numbers.Sum(number => (number - average) * (number - average)) / numbers.Length;
            statistics["average"] = average;
            statistics["sum"] = sum;
            statistics["minimum"] = numbers.Min();
            statistics["maximum"] = numbers.Max();
            statistics["sumOfSquares"] = numbers.Sum(number => number * number);
            statistics["variance"] = variance;
            statistics["stdDeviation"] = Math.Sqrt(variance);
        }

        return OperationResult.Json(new JsonObject { ["statistics"] = statistics });
    }

    private OperationResult Cardinality(OperationRequest request)
    {
        string field = Field(request);
        int count = Documents(request).SelectMany(document => document.Values(field)).Distinct(StringComparer.Ordinal).Count();
        return OperationResult.Json(new JsonObject { ["cardinality"] = count });
    }

    private OperationResult Percentiles(OperationRequest request)
    {
        double[] percents = s_percents;
        if (request.Body["percents"] is JsonNode node)
        {
            percents = [.. (node as JsonArray ?? throw OperationRequest.Invalid("percents: not a list"))
                .Select(item => item is JsonValue value && value.TryGetValue(out double percent) && percent is >= 0 and <= 100 ? percent : throw OperationRequest.Invalid("percents: numbers from 0 to 100"))];
            if (percents.Length > MaxPercents)
            {
                throw OperationRequest.Invalid($"percents: at most {MaxPercents}");
            }
        }

        double[] numbers = Numbers(request, out int count);
        if (numbers.Length == 0 && count > 0)
        {
            throw new CloudException(ErrorCodes.InvalidAggregation, $"aggregationField: {Field(request)} is no number");
        }

        Array.Sort(numbers);
        var percentiles = new JsonArray();
        foreach (double percent in numbers.Length == 0 ? [] : percents)
        {
            double rank = percent / 100 * (numbers.Length - 1);
            int below = (int)Math.Floor(rank);
            double value = numbers[below] + ((rank - below) * (numbers[Math.Min(below + 1, numbers.Length - 1)] - numbers[below]));
            percentiles.Add(new JsonObject { ["percent"] = percent, ["value"] = value });
        }

        return OperationResult.Json(new JsonObject { ["percentiles"] = percentiles });
    }

    private OperationResult Buckets(OperationRequest request)
    {
        const int defaultBuckets = 10;
        JsonObject type = request.Member("bucketsAggregationType") ?? throw OperationRequest.Invalid("bucketsAggregationType: missing");
        JsonObject terms = OperationRequest.ObjectOf(type, "termsAggregation") ?? throw OperationRequest.Invalid("termsAggregation: missing");
        string field = request.RequiredText("aggregationField");
        int most = terms["maxBuckets"] is null ? defaultBuckets
            : terms["maxBuckets"] is JsonValue value && value.TryGetValue(out int sent) && sent is >= 1 and <= 10000 ? sent : throw OperationRequest.Invalid("maxBuckets: 1 to 10000");
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        int total = 0;
        foreach (ISearchDocument document in Documents(request))
        {
            total++;
            foreach (string key in document.Values(field).Distinct())
            {
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        return OperationResult.Json(new JsonObject
        {
            ["totalCount"] = total,
            ["buckets"] = new JsonArray([.. counts.OrderByDescending(item => item.Value).ThenBy(item => item.Key, StringComparer.Ordinal).Take(most)
                .Select(item => (JsonNode?)new JsonObject { ["keyValue"] = item.Key, ["count"] = item.Value })]),
        });
    }

    private OperationResult Describe(OperationRequest request)
    {
        string name = request.PathName("indexName");
        IndexingConfiguration configuration = index.Configuration;
        string? schema = name switch
        {
            SearchIndex.ThingsIndex when configuration.HasThings => configuration.ThingMode + (configuration.HasConnectivity ? "_AND_CONNECTIVITY_STATUS" : string.Empty),
            SearchIndex.GroupsIndex when configuration.GroupMode == "ON" => "THING_GROUPS",
            _ => null,
        };
        return schema is null
            ? throw new CloudException(ErrorCodes.NotFound, $"Index {name} does not exist.")
            : OperationResult.Json(new JsonObject { ["indexName"] = name, ["indexStatus"] = "ACTIVE", ["schema"] = schema });
    }

    private OperationResult List(OperationRequest request)
    {
        (int limit, string? after) = request.Page(max: MaxResults);
        var names = new List<string>();
        if (index.Configuration.GroupMode == "ON")
        {
            names.Add(SearchIndex.GroupsIndex);
        }

        if (index.Configuration.HasThings)
        {
            names.Add(SearchIndex.ThingsIndex);
        }

        return Pages.Create(names.Following(name => name, after), limit, name => name, name => name, "indexNames");
    }

    private OperationResult GetConfiguration()
    {
        IndexingConfiguration configuration = index.Configuration;
        return OperationResult.Json(new JsonObject
        {
            ["thingIndexingConfiguration"] = new JsonObject
            {
                ["thingIndexingMode"] = configuration.ThingMode,
                ["thingConnectivityIndexingMode"] = configuration.ConnectivityMode,
                ["deviceDefenderIndexingMode"] = "OFF",
                ["namedShadowIndexingMode"] = configuration.NamedShadowMode,
                ["managedFields"] = Describe(s_thingFields),
            },
            ["thingGroupIndexingConfiguration"] = new JsonObject
            {
                ["thingGroupIndexingMode"] = configuration.GroupMode,
                ["managedFields"] = Describe(s_groupFields),
            },
        });
    }

    private static JsonArray Describe((string Name, string Type)[] fields) =>
        new([.. fields.Select(field => (JsonNode?)new JsonObject { ["name"] = field.Name, ["type"] = field.Type })]);

    /// <summary>
    /// Managed fields are the service's: as in AWS they cannot be changed. A request may repeat those that
    /// GetIndexingConfiguration returns, in any order, so that a configuration that was read can be sent back.
    /// </summary>
    private static void CheckManagedFields(JsonObject? configuration, string name, (string Name, string Type)[] fields)
    {
        if (configuration?["managedFields"] is not JsonNode node)
        {
            return;
        }

        string member = name + ".managedFields";
        JsonArray items = node as JsonArray ?? throw OperationRequest.Invalid($"{member} must be a list.");
        (string Name, string Type)[] sent = [.. items.Select(item => FieldOf(item, member))];
        foreach ((string Name, string Type) field in sent.Except(fields))
        {
            throw OperationRequest.Invalid(
                $"{member}: '{field.Name}' of type {field.Type} is not a managed field; these cannot be changed.");
        }

        if (sent.Distinct().Count() != fields.Length)
        {
            throw OperationRequest.Invalid(
                $"{member} must have all fields that GetIndexingConfiguration returns: they cannot be changed.");
        }
    }

    private static (string Name, string Type) FieldOf(JsonNode? item, string member)
    {
        JsonObject field = item as JsonObject ?? throw OperationRequest.Invalid($"{member} must be a list of objects.");
        string name = OperationRequest.TextOf(field, "name") ?? string.Empty;
        return (name, OperationRequest.TextOf(field, "type") ?? string.Empty);
    }

    private async Task<OperationResult> ConfigureAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        JsonObject? things = request.Member("thingIndexingConfiguration");
        JsonObject? groups = request.Member("thingGroupIndexingConfiguration");
        foreach (string refused in new[] { "customFields", "filter" })
        {
            if (things?[refused] is not null || groups?[refused] is not null)
            {
                throw new CloudException(ErrorCodes.NotSupported, $"{refused}: this service searches every field");
            }
        }

        CheckManagedFields(things, "thingIndexingConfiguration", s_thingFields);
        CheckManagedFields(groups, "thingGroupIndexingConfiguration", s_groupFields);
        if (things is not null && Mode(things, "deviceDefenderIndexingMode", false, "OFF", "VIOLATIONS") == "VIOLATIONS")
        {
            throw new CloudException(ErrorCodes.NotSupported, "deviceDefenderIndexingMode: this service has no Device Defender");
        }

        string? thingMode = things is null ? null : Mode(things, "thingIndexingMode", true, "OFF", "REGISTRY", "REGISTRY_AND_SHADOW");
        string? groupMode = groups is null ? null : Mode(groups, "thingGroupIndexingMode", true, "OFF", "ON");
        await index.ConfigureAsync(
            known => known with
            {
                ThingMode = thingMode ?? known.ThingMode,
                ConnectivityMode = things is null ? known.ConnectivityMode : Mode(things, "thingConnectivityIndexingMode", false, "OFF", "STATUS") ?? "OFF",
                NamedShadowMode = things is null ? known.NamedShadowMode : Mode(things, "namedShadowIndexingMode", false, "OFF", "ON") ?? "OFF",
                GroupMode = groupMode ?? known.GroupMode,
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private static string? Mode(JsonObject parent, string name, bool isRequired, params string[] modes)
    {
        string? mode = OperationRequest.TextOf(parent, name);
        return mode is null && !isRequired ? null : modes.Contains(mode) ? mode : throw OperationRequest.Invalid($"{name}: {string.Join(", ", modes)}");
    }

    private OperationResult Connectivity(OperationRequest request)
    {
        string name = request.PathName("thingName");
        _ = registry.Find(name) ?? throw ThingRegistry.NotFound(name);
        if (!index.Configuration.HasConnectivity)
        {
            throw new CloudException(ErrorCodes.IndexNotReady, "Connectivity is not indexed.");
        }

        ConnectionStatus? status = connectivity.StatusOf(name);
        var answer = new JsonObject { ["thingName"] = name, ["connected"] = status?.IsConnected ?? false };
        if (status is not null)
        {
            answer["timestamp"] = status.Timestamp / 1000.0;
            answer["disconnectReason"] = status.DisconnectReason ?? "NONE";
        }

        return OperationResult.Json(answer);
    }
}
