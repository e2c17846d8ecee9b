using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Rules.Notifications;
using NanoIoT.Cloud.Rules.Sql;
using NanoIoT.Cloud.Rules.Tables;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Gateway;

/// <summary>What AWS's operations on rules have not: rules with their queues, tests, live queries, dead letters, local tables, notification topics.</summary>
internal static class RuleApi
{
    private const int MaxListed = 1000;

    public static void Map(EndpointAccess access)
    {
        access.Viewer.MapGet("/nanoiot/rules", ListRules);
        access.Viewer.MapGet("/nanoiot/rules/catalog", (RuleCatalog catalog) => Results.Ok(new { markdown = catalog.ToMarkdown() }));
        access.Operator.MapPost("/nanoiot/rules/test", TestAsync);
        access.Viewer.MapGet("/nanoiot/tail", TailAsync);
        access.Viewer.MapGet("/nanoiot/dead-letters", ListDeadLetters);
        access.Admin.MapPost("/nanoiot/dead-letters/replay", (TakeBody body, DeliveryQueue queue, AuditTrail audit) => TakeAsync(body, true, queue, audit));
        access.Admin.MapPost("/nanoiot/dead-letters/delete", (TakeBody body, DeliveryQueue queue, AuditTrail audit) => TakeAsync(body, false, queue, audit));
        access.Viewer.MapGet("/nanoiot/tables", (LocalTables tables) => Results.Ok(new { tables = tables.List().Select(Describe) }));
        access.Admin.MapPost("/nanoiot/tables", async (TableBody body, LocalTables tables, CancellationToken token) =>
        {
            var table = new LocalTableDefinition(Require(body.Name, "name"), CheckKey(body.HashKey), body.RangeKey is null ? null : CheckKey(body.RangeKey));
            await tables.CreateAsync(table, token).ConfigureAwait(false);
            return Results.Ok(Describe(table));
        });
        access.Viewer.MapGet("/nanoiot/tables/{name}/items", (string name, string? key, int? limit, LocalTables tables) => tables.Find(name) is null
            ? throw new CloudException(ErrorCodes.NotFound, $"There is no table {name}.")
            : Results.Ok(new { items = tables.Query(name, key, CheckLimit(limit)) }));
        access.Admin.MapDelete("/nanoiot/tables/{name}", async (string name, LocalTables tables) =>
        {
            await tables.DeleteAsync(name).ConfigureAwait(false);
            return Results.Ok(new { deleted = name });
        });
        MapTopics(access);
        access.Public.MapGet(NotificationSigner.CertificatePath, (NotificationSigner signer) => Results.Text(signer.CertificatePem, "application/x-pem-file"));
        access.Public.MapGet("/nanoiot/subscriptions/confirm/{token}", async (string token, NotificationTopics topics, CancellationToken cancel) =>
        {
            TopicSubscription confirmed = await topics.ConfirmAsync(token, cancel).ConfigureAwait(false);
            return Results.Text($"You get the messages of {confirmed.Topic}.\n");
        });
        access.Public.MapGet("/nanoiot/subscriptions/end/{token}", async (string token, NotificationTopics topics, CancellationToken cancel) =>
        {
            TopicSubscription ended = await topics.EndAsync(token, cancel).ConfigureAwait(false);
            return Results.Text($"You get no more messages of {ended.Topic}.\n");
        });
    }

    private static void MapTopics(EndpointAccess access)
    {
        access.Viewer.MapGet("/nanoiot/topics", (NotificationTopics topics) => Results.Ok(new { topics = topics.List().Select(topic => new { name = topic.Name, arn = topic.Arn, subscriptions = topics.Subscriptions(topic.Name).Count }) }));
        access.Admin.MapPost("/nanoiot/topics", async (TopicBody body, NotificationTopics topics, CancellationToken token) =>
        {
            NotificationTopic topic = await topics.CreateAsync(Require(body.Name, "name"), token).ConfigureAwait(false);
            return Results.Ok(new { name = topic.Name, arn = topic.Arn });
        });
        access.Viewer.MapGet("/nanoiot/topics/{name}", (string name, NotificationTopics topics) => topics.Find(name) is NotificationTopic topic
            ? Results.Ok(new { name, arn = topic.Arn, subscriptions = topics.Subscriptions(name).Select(Describe) })
            : throw new CloudException(ErrorCodes.NotFound, $"There is no topic {name}."));
        access.Admin.MapDelete("/nanoiot/topics/{name}", async (string name, NotificationTopics topics, CancellationToken token) =>
        {
            await topics.DeleteAsync(name, token).ConfigureAwait(false);
            return Results.Ok(new { deleted = name });
        });
        access.Admin.MapPost("/nanoiot/topics/{name}/subscriptions", async (string name, SubscribeBody body, NotificationTopics topics, CancellationToken token) =>
            Results.Ok(Describe(await topics.SubscribeAsync(name, Require(body.Protocol, "protocol"), Require(body.Endpoint, "endpoint"), body.Raw ?? false, token).ConfigureAwait(false))));
        access.Admin.MapDelete("/nanoiot/topics/{name}/subscriptions/{id}", async (string name, string id, NotificationTopics topics, CancellationToken token) =>
        {
            await topics.UnsubscribeAsync(name, id, token).ConfigureAwait(false);
            return Results.Ok(new { deleted = id });
        });
        access.Admin.MapPost("/nanoiot/topics/{name}/publish", async (string name, PublishBody body, NotificationTopics topics, CancellationToken token) =>
        {
            NotificationTopic topic = topics.Find(name) ?? throw new CloudException(ErrorCodes.NotFound, $"There is no topic {name}.");
            return Results.Ok(new { messageId = await topics.PublishAsync(topic, Require(body.Message, "message"), body.Subject, false, token).ConfigureAwait(false) });
        });
    }

    private static IResult ListRules(RuleBook rules, DeliveryQueue queue) => Results.Ok(new
    {
        rules = rules.List().Select(rule => new
        {
            name = rule.Name,
            sql = rule.Sql,
            version = rule.SqlVersion,
            description = rule.Description,
            disabled = rule.IsDisabled,
            builtIn = rule.IsBuiltIn,
            actions = rule.Actions.Select((action, index) => action is JsonObject { Count: 1 } members ? new { type = members.First().Key, waiting = queue.CountOf($"{rule.Name}|{index}|{members.First().Key}") } : null),
            waiting = queue.CountOf(rule.Name + "|sql"),
            errorAction = rule.ErrorAction?.First().Key,
        }),
    });

    private static async Task<IResult> TestAsync(TestBody body, RuleBook rules, TimeProvider time, CancellationToken cancellationToken)
    {
        string topic = body.Topic ?? throw OperationRequest.Invalid("topic: missing");
        if (TopicFilter.CheckTopic(topic) is string wrong)
        {
            throw OperationRequest.Invalid("topic: " + wrong);
        }

        byte[] payload;
        try
        {
            payload = body.PayloadBase64 is null ? Encoding.UTF8.GetBytes(body.Payload ?? string.Empty) : Convert.FromBase64String(body.PayloadBase64);
        }
        catch (FormatException exception)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "payloadBase64: not base64", exception);
        }

        var message = new SqlMessage(topic, payload, body.Timestamp ?? time.GetUtcNow().ToUnixTimeMilliseconds()) { ClientId = body.ClientId, Principal = body.Principal, TraceId = Guid.NewGuid().ToString() };
        return Results.Ok(await rules.TestAsync(body.Sql ?? throw OperationRequest.Invalid("sql: missing"), body.Version ?? "2016-03-23", message, cancellationToken).ConfigureAwait(false));
    }

    private static async Task TailAsync(
        string sql,
        string? version,
        HttpContext context,
        RuleBook rules,
        UserDirectory users,
        IHostApplicationLifetime lifetime,
        TimeProvider time)
    {
        Caller? caller = Caller.Of(context.User);
        string? user = caller?.Actor;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        Task OnRevokedAsync(string name) => "user/" + name == user ? end.CancelAsync() : Task.CompletedTask;
        users.AccessRevoked += OnRevokedAsync;
        Task expiry = caller?.Expires is long expires ? EndAtExpiryAsync(expires, time, end) : Task.CompletedTask;
        try
        {
            await StreamAsync(sql, version, context, rules, end.Token).ConfigureAwait(false);
        }
        finally
        {
            users.AccessRevoked -= OnRevokedAsync;
            await end.CancelAsync().ConfigureAwait(false);
            await expiry.ConfigureAwait(false);
        }
    }

    private static async Task EndAtExpiryAsync(long expires, TimeProvider time, CancellationTokenSource end)
    {
        if (await CredentialExpiry.WaitAsync(expires, time, end.Token).ConfigureAwait(false))
        {
            await end.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task StreamAsync(string sql, string? version, HttpContext context, RuleBook rules, CancellationToken cancellationToken)
    {
        IAsyncEnumerable<(string Topic, ReadOnlyMemory<byte> Result, long Dropped)> results = rules.TailAsync(sql, version ?? "2016-03-23", cancellationToken);
        context.Response.ContentType = "application/x-ndjson";
        IAsyncEnumerator<(string Topic, ReadOnlyMemory<byte> Result, long Dropped)> reader = results.GetAsyncEnumerator(cancellationToken);
        try
        {
            // The query runs from here on, and its reader is told so by the headers.
            Task<bool> next = reader.MoveNextAsync().AsTask();
            if (next.IsFaulted)
            {
                // Refused before it began.
                await next.ConfigureAwait(false);
            }

            await context.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
            while (await next.ConfigureAwait(false))
            {
                (string topic, ReadOnlyMemory<byte> result, long dropped) = reader.Current;
                var line = new JsonObject { ["topic"] = topic, ["result"] = PayloadJson.Parse(result) };
                if (dropped > 0)
                {
                    line["dropped"] = dropped;
                }

                await context.Response.WriteAsync(line.ToJsonString(RecordStore.Json) + "\n", cancellationToken).ConfigureAwait(false);
                next = reader.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException)
        {
            // The reader is gone, its user has lost access, or the service stops.
            return;
        }
        finally
        {
            await reader.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static IResult ListDeadLetters(string? rule, long? after, int? limit, DeliveryQueue queue)
    {
        IReadOnlyList<DeadLetter> letters = queue.DeadLetters(rule, after ?? 0, CheckLimit(limit));
        return Results.Ok(new
        {
            deadLetters = letters.Select(letter => new
            {
                id = letter.Id,
                rule = letter.Job.Rule,
                action = letter.Job.Action,
                topic = letter.Job.Source.Topic,
                clientId = letter.Job.Source.ClientId,
                queued = letter.Job.Enqueued,
                failed = letter.Failed,
                code = letter.Code,
                reason = letter.Reason,
                payload = IsOwn(letter) ? null : PayloadJson.Parse(letter.Job.Payload),
            }),
        });
    }

    private static async Task<IResult> TakeAsync(TakeBody body, bool replays, DeliveryQueue queue, AuditTrail audit)
    {
        int count = await queue.TakeDeadAsync(body.Rule, body.Id, replays).ConfigureAwait(false);
        if (body.Id is not null && count == 0)
        {
            throw new CloudException(ErrorCodes.NotFound, $"There is no dead letter {body.Id}.");
        }

        await audit.AppendAsync(replays ? "ReplayDeadLetters" : "DeleteDeadLetters", "rule/" + (body.Rule ?? "*"), null, new JsonObject { ["count"] = count }).ConfigureAwait(false);
        return replays ? Results.Ok(new { replayed = count }) : Results.Ok(new { deleted = count });
    }

    /// <summary>
    /// Whether a letter is the service's own to a destination or subscriber: it may hold the token that proves that its receiver asked for
    /// messages, so nobody else may read it.
    /// </summary>
    private static bool IsOwn(DeadLetter letter) => letter.Job.Rule.StartsWith('@');

    private static string Require(string? value, string name) => value ?? throw OperationRequest.Invalid($"{name}: missing");

    private static int CheckLimit(int? limit) => limit is null ? 100 : limit is >= 1 and <= MaxListed ? limit.Value : throw OperationRequest.Invalid($"limit: 1 to {MaxListed}");

    private static string CheckKey(string? name) => name is { Length: >= 1 and <= 255 } ? name : throw OperationRequest.Invalid("a key's name has 1 to 255 characters");

    private static object Describe(LocalTableDefinition table) => new { name = table.Name, hashKey = table.HashKey, rangeKey = table.RangeKey };

    private static object Describe(TopicSubscription subscription) => new
    {
        id = subscription.Id,
        protocol = subscription.Protocol,
        endpoint = SecretMask.HideQuery(subscription.Endpoint),
        confirmed = subscription.IsConfirmed,
        raw = subscription.IsRaw,
    };

    internal sealed record TestBody(string? Sql = null, string? Topic = null, string? Payload = null, string? PayloadBase64 = null, string? Version = null, string? ClientId = null, string? Principal = null, long? Timestamp = null);

    internal sealed record TakeBody(string? Rule = null, long? Id = null);

    internal sealed record TableBody(string? Name = null, string? HashKey = null, string? RangeKey = null);

    internal sealed record TopicBody(string? Name = null);

    internal sealed record SubscribeBody(string? Protocol = null, string? Endpoint = null, bool? Raw = null);

    internal sealed record PublishBody(string? Message = null, string? Subject = null);
}
