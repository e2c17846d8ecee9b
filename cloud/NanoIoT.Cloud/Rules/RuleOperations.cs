using System.Text.Json.Nodes;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry.Operations;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Destinations;
using NanoIoT.Cloud.Rules.Sql;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Rules;

/// <summary>AWS's operations on rules and their destinations. Rules reach out of the service and write its files, so they are an administrator's.</summary>
internal sealed class RuleOperations(RuleBook rules, RuleDestinations destinations, Arns arns) : IOperationSource
{
    private const string ActionsNote = "actions besides those of `cloud/NanoIoT.Cloud/Rules/README.md` are refused";

    public IEnumerable<Operation> Operations =>
    [
        Define("CreateTopicRule", "POST", "/rules/{ruleName}", Role.Admin, CreateAsync, Support.Partly, ActionsNote),
        Define("GetTopicRule", "GET", "/rules/{ruleName}", Role.Viewer, (request, _) => Task.FromResult(Get(request))),
        Define("ReplaceTopicRule", "PATCH", "/rules/{ruleName}", Role.Admin, ReplaceAsync, Support.Partly, ActionsNote),
        Define("DeleteTopicRule", "DELETE", "/rules/{ruleName}", Role.Admin, Then((request, token) => rules.DeleteAsync(request.Path("ruleName"), token))),
        Define("EnableTopicRule", "POST", "/rules/{ruleName}/enable", Role.Admin, Then((request, token) => rules.SetEnabledAsync(request.Path("ruleName"), true, token))),
        Define("DisableTopicRule", "POST", "/rules/{ruleName}/disable", Role.Admin, Then((request, token) => rules.SetEnabledAsync(request.Path("ruleName"), false, token))),
        Define("ListTopicRules", "GET", "/rules", Role.Viewer, (request, _) => Task.FromResult(List(request))),
        Define("CreateTopicRuleDestination", "POST", "/destinations", Role.Admin, CreateDestinationAsync, Support.Partly, "no VPC destinations"),
        Define("GetTopicRuleDestination", "GET", "/destinations/{arn+}", Role.Viewer, (request, _) => Task.FromResult(GetDestination(request))),
        Define("UpdateTopicRuleDestination", "PATCH", "/destinations", Role.Admin, Then((request, token) => destinations.SetStatusAsync(request.RequiredText("arn"), request.RequiredText("status"), token))),
        Define("DeleteTopicRuleDestination", "DELETE", "/destinations/{arn+}", Role.Admin, Then((request, token) => destinations.DeleteAsync(request.Path("arn"), token))),
        Define("ListTopicRuleDestinations", "GET", "/destinations", Role.Viewer, (request, _) => Task.FromResult(ListDestinations(request))),
        new()
        {
            Name = "ConfirmTopicRuleDestination",
            Method = "GET",
            Path = "/confirmdestination/{confirmationToken+}",
            IsPublic = true,
            Handler = Then((request, token) => destinations.ConfirmAsync(request.Path("confirmationToken"), token)),
        },
    ];

    /// <summary>A rule as the request describes it.</summary>
    internal static Rule Read(string name, JsonObject payload)
    {
        return new Rule
        {
            Name = name,
            Sql = OperationRequest.TextOf(payload, "sql") ?? throw OperationRequest.Invalid("sql: missing"),
            SqlVersion = OperationRequest.TextOf(payload, "awsIotSqlVersion") ?? "2015-10-08",
            Description = OperationRequest.TextOf(payload, "description"),
            Actions = payload["actions"] is JsonArray actions ? (JsonArray)actions.DeepClone() : throw OperationRequest.Invalid("actions: a list"),
            ErrorAction = OperationRequest.ObjectOf(payload, "errorAction")?.DeepClone() as JsonObject,
            IsDisabled = OperationRequest.FlagOf(payload, "ruleDisabled") ?? false,
        };
    }

    private static Operation Define(string name, string method, string path, Role role, Func<OperationRequest, CancellationToken, Task<OperationResult>> handler, Support support = Support.Full, string note = "") =>
        new() { Name = name, Method = method, Path = path, Role = role, Handler = handler, Support = support, Note = note };

    private static Func<OperationRequest, CancellationToken, Task<OperationResult>> Then(Func<OperationRequest, CancellationToken, Task> work) => async (request, cancellationToken) =>
    {
        await work(request, cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    };

    private static JsonObject Describe(RuleDestination destination) => new()
    {
        ["arn"] = destination.Arn,
        ["status"] = destination.Status,
        ["statusReason"] = destination.Status == RuleDestinations.InProgress ? "Awaiting confirmation. Confirmation message sent; its token enables the destination." : null,
        ["createdAt"] = destination.Created,
        ["lastUpdatedAt"] = destination.Updated,
    };

    private async Task<OperationResult> CreateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        Dictionary<string, string> tags = RegistryJson.Tags(request.Header("x-amz-tagging"));
        await rules.CreateAsync(Read(request.Path("ruleName"), request.Body), tags, cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private async Task<OperationResult> ReplaceAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        await rules.ReplaceAsync(Read(request.Path("ruleName"), request.Body), cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private OperationResult Get(OperationRequest request)
    {
        string name = request.Path("ruleName");
        Rule rule = rules.Find(name) ?? throw RuleBook.NotFound(name);
        return OperationResult.Json(new JsonObject
        {
            ["ruleArn"] = arns.Of("rule/" + name),
            ["rule"] = new JsonObject
            {
                ["ruleName"] = name,
                ["sql"] = rule.Sql,
                ["description"] = rule.Description,
                ["createdAt"] = rule.Created,
                ["actions"] = SecretMask.Hide(rule.Actions.DeepClone()),
                ["ruleDisabled"] = rule.IsDisabled,
                ["awsIotSqlVersion"] = rule.SqlVersion,
                ["errorAction"] = SecretMask.Hide(rule.ErrorAction?.DeepClone()),
            },
        });
    }

    private OperationResult List(OperationRequest request)
    {
        (int limit, string? after) = request.Page(max: 10_000);
        string? topic = request.Query("topic");
        bool? isDisabled = request.Query("ruleDisabled") is null ? null : request.QueryFlag("ruleDisabled");
        IEnumerable<(Rule Rule, string? Pattern)> found = rules.List(after)
            .Select(rule => (rule, PatternOf(rule)))
            .Where(item => (isDisabled is null || item.rule.IsDisabled == isDisabled) && (topic is null || item.Item2 == topic || (item.Item2 is string pattern && TopicFilter.CheckTopic(topic) is null && TopicFilter.Matches(pattern, topic))));
        return Pages.Create(
            found,
            limit,
            item => item.Rule.Name,
            item => new JsonObject
            {
                ["ruleArn"] = arns.Of("rule/" + item.Rule.Name),
                ["ruleName"] = item.Rule.Name,
                ["topicPattern"] = item.Pattern,
                ["createdAt"] = item.Rule.Created,
                ["ruleDisabled"] = item.Rule.IsDisabled,
            },
            "rules");
    }

    private static string? PatternOf(Rule rule)
    {
        try
        {
            return SqlParser.Parse(rule.Sql, SqlStatement.FindVersion(rule.SqlVersion) ?? SqlVersion.V20160323).TopicFilter;
        }
        catch (SqlParseException)
        {
            return null;
        }
    }

    private async Task<OperationResult> CreateDestinationAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        JsonObject configuration = request.Member("destinationConfiguration") ?? throw OperationRequest.Invalid("destinationConfiguration: missing");
        if (configuration["vpcConfiguration"] is not null)
        {
            throw new CloudException(
                ErrorCodes.NotSupported, "vpcConfiguration is not supported: the service has no VPC.");
        }

        JsonObject http = OperationRequest.ObjectOf(configuration, "httpUrlConfiguration")
            ?? throw OperationRequest.Invalid("destinationConfiguration.httpUrlConfiguration: missing");
        RuleDestination created = await destinations.CreateAsync(OperationRequest.TextOf(http, "confirmationUrl", 2000) ?? throw OperationRequest.Invalid("confirmationUrl: missing"), cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject { ["topicRuleDestination"] = WithUrl(created, "httpUrlProperties") });
    }

    private static JsonObject WithUrl(RuleDestination destination, string member)
    {
        JsonObject described = Describe(destination);
        described[member] = new JsonObject { ["confirmationUrl"] = SecretMask.HideQuery(destination.ConfirmationUrl) };
        return described;
    }

    private OperationResult GetDestination(OperationRequest request)
    {
        string arn = request.Path("arn");
        RuleDestination found = destinations.Find(arn) ?? throw RuleDestinations.NotFound(arn);
        return OperationResult.Json(new JsonObject { ["topicRuleDestination"] = WithUrl(found, "httpUrlProperties") });
    }

    private OperationResult ListDestinations(OperationRequest request)
    {
        (int limit, string? after) = request.Page(max: 1000);
        return Pages.Create(destinations.List(after, limit + 1), limit, item => item.Arn, item => WithUrl(item, "httpUrlSummary"), "destinationSummaries");
    }
}
