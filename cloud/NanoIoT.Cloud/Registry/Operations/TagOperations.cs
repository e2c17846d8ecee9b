using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Registry.Operations;

/// <summary>AWS's operations on tags of resources.</summary>
internal sealed class TagOperations(ThingRegistry registry, IEnumerable<ITaggable> others, RecordStore store, Arns arns) : IOperationSource
{
    private const int MaxTags = 50;

    public IEnumerable<Operation> Operations =>
    [
        new() { Name = "TagResource", Method = "POST", Path = "/tags", Role = Role.Operator, Handler = TagAsync },
        new() { Name = "UntagResource", Method = "POST", Path = "/untag", Role = Role.Operator, Handler = UntagAsync },
        new() { Name = "ListTagsForResource", Method = "GET", Path = "/tags", Handler = (request, _) => Task.FromResult(List(request)) },
    ];

    private async Task<OperationResult> TagAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string resource = Require(request.RequiredText("resourceArn"));
        Dictionary<string, string> tags = RegistryJson.Tags(request.Body);
        await store.WriteAsync(
            "TagResource",
            transaction =>
            {
                var merged = new Dictionary<string, string>(transaction.Get(registry.Tags, resource)?.Tags ?? new Dictionary<string, string>());
                foreach ((string key, string value) in tags)
                {
                    merged[key] = value;
                }

                if (merged.Count > MaxTags)
                {
                    throw new CloudException(ErrorCodes.LimitExceeded, "A resource has at most 50 tags.");
                }

                transaction.Put(registry.Tags, new ResourceTags(resource, merged));
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private async Task<OperationResult> UntagAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string resource = Require(request.RequiredText("resourceArn"));
        IReadOnlyList<string> keys = request.Texts("tagKeys") ?? throw OperationRequest.Invalid("tagKeys is missing.");
        await store.WriteAsync(
            "UntagResource",
            transaction =>
            {
                // As AWS: a key that the resource does not have is no error.
                if (transaction.Get(registry.Tags, resource) is not ResourceTags known)
                {
                    return;
                }

                var rest = known.Tags.Where(tag => !keys.Contains(tag.Key)).ToDictionary();
                if (rest.Count == 0)
                {
                    transaction.Delete(registry.Tags, resource);
                }
                else
                {
                    transaction.Put(registry.Tags, new ResourceTags(resource, rest));
                }
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private OperationResult List(OperationRequest request)
    {
        if (request.Query("nextToken") is not null)
        {
            // At most 50 tags are one page, so that no answer has a token.
            throw OperationRequest.Invalid("nextToken is not valid: ListTagsForResource returns all tags in one page.");
        }

        string resource = Require(request.Query("resourceArn") ?? throw OperationRequest.Invalid("resourceArn: missing"));
        IReadOnlyDictionary<string, string> tags = registry.Tags.Get(resource)?.Tags ?? new Dictionary<string, string>();
        return OperationResult.Json(new JsonObject
        {
            ["tags"] = new JsonArray([.. tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => (JsonNode?)new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value })]),
        });
    }

    private string Require(string arn)
    {
        string resource = arns.Resource(arn, "resourceArn");
        string id = resource[(resource.IndexOf('/') + 1)..];
        bool exists = resource[..resource.IndexOf('/')] switch
        {
            "thingtype" => registry.Types.Get(id) is not null,
            "thinggroup" => registry.Groups.Get(id) is not null,
            "billinggroup" => registry.BillingGroups.Get(id) is not null,
            string type => others.Any(other => other.Exists(type, id)),
        };
        return exists ? resource : throw new CloudException(ErrorCodes.NotFound, $"Resource {arn} does not exist or cannot be tagged.");
    }
}
