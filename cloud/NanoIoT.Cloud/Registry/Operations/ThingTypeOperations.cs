using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Registry.Operations;

/// <summary>AWS's operations on thing types.</summary>
internal sealed class ThingTypeOperations(ThingRegistry registry, RecordStore store, Arns arns) : IOperationSource
{
    private const int MaxSearchable = 3;
    private const string Mqtt5Note = "`mqtt5Configuration` (propagated attributes) is refused";

    public IEnumerable<Operation> Operations =>
    [
        new() { Name = "CreateThingType", Method = "POST", Path = "/thing-types/{thingTypeName}", Role = Role.Operator, Support = Support.Partly, Note = Mqtt5Note, Handler = CreateAsync },
        new() { Name = "DescribeThingType", Method = "GET", Path = "/thing-types/{thingTypeName}", Handler = (request, _) => Task.FromResult(Describe(request)) },
        new() { Name = "ListThingTypes", Method = "GET", Path = "/thing-types", Handler = (request, _) => Task.FromResult(List(request)) },
        new() { Name = "UpdateThingType", Method = "PATCH", Path = "/thing-types/{thingTypeName}", Role = Role.Operator, Support = Support.Partly, Note = Mqtt5Note, Handler = UpdateAsync },
        new() { Name = "DeprecateThingType", Method = "POST", Path = "/thing-types/{thingTypeName}/deprecate", Role = Role.Operator, Handler = DeprecateAsync },
        new() { Name = "DeleteThingType", Method = "DELETE", Path = "/thing-types/{thingTypeName}", Role = Role.Operator, Support = Support.Partly, Note = "must be deprecated, but need not wait AWS's five minutes", Handler = DeleteAsync },
    ];

    private static CloudException NotFound(string name) => new(ErrorCodes.NotFound, $"Thing type {name} does not exist.");

    private static (string? Description, IReadOnlyList<string> Searchable) Properties(OperationRequest request)
    {
        JsonObject? properties = request.Member("thingTypeProperties");
        if (properties?["mqtt5Configuration"] is not null)
        {
            throw new CloudException(ErrorCodes.NotSupported, "mqtt5Configuration: this service does not propagate attributes");
        }

        IReadOnlyList<string> searchable = properties is null ? [] : OperationRequest.TextsOf(properties, "searchableAttributes") ?? [];
        if (searchable.Count > MaxSearchable || searchable.Any(name => name.Length is 0 or > 128))
        {
            throw OperationRequest.Invalid("searchableAttributes: at most 3 names of attributes");
        }

        string description = RegistryJson.Description(properties, "thingTypeDescription");
        return (description.Length == 0 ? null : description, searchable);
    }

    private async Task<OperationResult> CreateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingTypeName");
        (string? description, IReadOnlyList<string> searchable) = Properties(request);
        Dictionary<string, string> tags = RegistryJson.Tags(request.Body);
        ThingType type = await store.WriteAsync(
            "CreateThingType",
            transaction =>
            {
                if (transaction.Get(registry.Types, name) is ThingType known)
                {
                    return known.Description == description && known.Searchable.SequenceEqual(searchable)
                        ? known
                        : throw arns.AlreadyExists("thingtype/" + name, $"Thing type '{name}' already exists with other properties.");
                }

                if (tags.Count > 0)
                {
                    transaction.Put(registry.Tags, new ResourceTags("thingtype/" + name, tags));
                }

                return transaction.Put(registry.Types, new ThingType { Name = name, Id = Guid.NewGuid().ToString(), Description = description, Searchable = searchable, Created = transaction.Now });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject { ["thingTypeName"] = name, ["thingTypeArn"] = arns.Of("thingtype/" + name), ["thingTypeId"] = type.Id });
    }

    private OperationResult Describe(OperationRequest request)
    {
        string name = request.PathName("thingTypeName");
        ThingType type = registry.Types.Get(name) ?? throw NotFound(name);
        JsonObject answer = Definition(type);
        answer["thingTypeId"] = type.Id;
        return OperationResult.Json(answer);
    }

    private OperationResult List(OperationRequest request)
    {
        (int limit, string? after) = request.Page();
        string? only = request.Query("thingTypeName");
        return Pages.Create(registry.Types.Range(after: after).Where(type => only is null || type.Name == only), limit, type => type.Name, Definition, "thingTypes");
    }

    private async Task<OperationResult> UpdateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingTypeName");
        (string? description, IReadOnlyList<string> searchable) = Properties(request);
        JsonObject? sent = request.Member("thingTypeProperties");
        await store.WriteAsync(
            "UpdateThingType",
            transaction =>
            {
                // What is not sent stays as it is.
                ThingType type = transaction.Get(registry.Types, name) ?? throw NotFound(name);
                transaction.Put(registry.Types, type with
                {
                    Description = sent?["thingTypeDescription"] is null ? type.Description : description,
                    Searchable = sent?["searchableAttributes"] is null ? type.Searchable : searchable,
                });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private async Task<OperationResult> DeprecateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingTypeName");
        bool undo = request.Flag("undoDeprecate") ?? false;
        await store.WriteAsync(
            "DeprecateThingType",
            transaction =>
            {
                ThingType type = transaction.Get(registry.Types, name) ?? throw NotFound(name);
                transaction.Put(registry.Types, type with { Deprecated = undo ? null : type.Deprecated ?? transaction.Now });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private async Task<OperationResult> DeleteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingTypeName");
        await store.WriteAsync(
            "DeleteThingType",
            transaction =>
            {
                ThingType type = transaction.Get(registry.Types, name) ?? throw NotFound(name);
                if (type.Deprecated is null)
                {
                    throw OperationRequest.Invalid($"Cannot delete thing type {name}: deprecate it first.");
                }

                // No thing can be given a deprecated type, so what memory shows is the last word.
                if (registry.Things.Range().FirstOrDefault(thing => thing.ThingTypeName == name) is Thing user)
                {
                    throw OperationRequest.Invalid($"Cannot delete thing type {name}: thing {user.ThingName} has it.");
                }

                transaction.Delete(registry.Types, name);
                transaction.Delete(registry.Tags, "thingtype/" + name);
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private JsonObject Definition(ThingType type) => new()
    {
        ["thingTypeName"] = type.Name,
        ["thingTypeArn"] = arns.Of("thingtype/" + type.Name),
        ["thingTypeProperties"] = new JsonObject
        {
            ["thingTypeDescription"] = type.Description,
            ["searchableAttributes"] = new JsonArray([.. type.Searchable.Select(name => (JsonNode?)name)]),
        },
        ["thingTypeMetadata"] = Metadata(type),
    };

    private static JsonObject Metadata(ThingType type)
    {
        var metadata = new JsonObject { ["deprecated"] = type.Deprecated is not null, ["creationDate"] = type.Created };
        if (type.Deprecated is long date)
        {
            metadata["deprecationDate"] = date;
        }

        return metadata;
    }
}
