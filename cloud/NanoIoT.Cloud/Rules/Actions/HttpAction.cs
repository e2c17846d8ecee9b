using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Rules.Destinations;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>
/// Posts results to a URL. As AWS's <c>http</c> it needs a confirmed destination; as <c>webhook</c> it does not. Both may batch
/// results into one JSON array and sign them.
/// </summary>
internal sealed class HttpAction(string name, HttpTargets targets, RuleDestinations? destinations, TimeProvider time) : IActionType
{
    private const int MaxBatchSize = 10;
    private const int MaxBatchBytes = 130 * 1024;
    private const int MaxOpenMilliseconds = 200;
    private const int MaxHeaders = 100;

    private static readonly string[] s_known = ["url", "confirmationUrl", "headers", "auth", "enableBatching", "batchConfig", "hmacKey", "roleArn"];
    private static readonly string[] s_batch = ["maxBatchOpenMs", "maxBatchSize", "maxBatchSizeBytes"];

    public string Name => name;

    public string Summary => destinations is null
        ? "a POST to a URL, with headers, batching and an HMAC of the body (`hmacKey`); no confirmation is needed"
        : "a POST to a URL of a confirmed destination, with headers, SigV4, batching; `hmacKey` (ours) signs the body";

    public bool IsAws => destinations is not null;

    public void Check(JsonObject settings)
    {
        CheckKnown(settings, Name, s_known);
        string url = OperationRequest.TextOf(settings, "url") is { Length: > 0 } text ? text : throw OperationRequest.Invalid($"{Name}.url: missing");
        int host = url.IndexOf("://", StringComparison.Ordinal);
        if (host < 0 || url[..host] is not ("http" or "https") || url[(host + 3)..].StartsWith("${", StringComparison.Ordinal))
        {
            throw OperationRequest.Invalid($"{Name}.url: http:// or https://, and a host that is no template");
        }

        if (OperationRequest.TextOf(settings, "confirmationUrl") is string confirmation && (destinations is null || !url.StartsWith(confirmation, StringComparison.Ordinal) || confirmation.Contains("${", StringComparison.Ordinal)))
        {
            throw OperationRequest.Invalid($"{Name}.confirmationUrl: {(destinations is null ? "a webhook has none" : "the beginning of url, without templates")}");
        }

        JsonArray headers = settings["headers"] as JsonArray ?? (settings["headers"] is null ? [] : throw OperationRequest.Invalid($"{Name}.headers: not a list"));
        if (headers.Count > MaxHeaders || headers.Any(item => item is not JsonObject header || OperationRequest.TextOf(header, "key") is not { Length: > 0 } || OperationRequest.TextOf(header, "value") is null))
        {
            throw OperationRequest.Invalid($"{Name}.headers: at most {MaxHeaders} objects of key and value");
        }

        if (OperationRequest.ObjectOf(settings, "auth") is JsonObject auth && (OperationRequest.ObjectOf(auth, "sigv4") is not JsonObject sigv4 || OperationRequest.TextOf(sigv4, "signingRegion") is null || OperationRequest.TextOf(sigv4, "serviceName") is null))
        {
            throw OperationRequest.Invalid($"{Name}.auth: {{\"sigv4\":{{\"signingRegion\":…,\"serviceName\":…}}}}");
        }

        OperationRequest.FlagOf(settings, "enableBatching");
        if (OperationRequest.ObjectOf(settings, "batchConfig") is JsonObject batch)
        {
            CheckKnown(batch, Name + ".batchConfig", s_batch);
            BatchNumber(batch, "maxBatchOpenMs", 5, MaxOpenMilliseconds, 20);
            BatchNumber(batch, "maxBatchSize", 2, MaxBatchSize, MaxBatchSize);
            BatchNumber(batch, "maxBatchSizeBytes", 100, MaxBatchBytes, 5 * 1024);
        }
    }

    public async Task<DeliveryOutcome[]> DeliverAsync(IReadOnlyList<DeliveryJob> jobs, CancellationToken cancellationToken)
    {
        var outcomes = new DeliveryOutcome[jobs.Count];
        Array.Fill(outcomes, DeliveryOutcome.NotTried);
        if (jobs[0].Parsed["enableBatching"]?.ToString() == "true")
        {
            await DeliverBatchAsync(jobs, outcomes, cancellationToken).ConfigureAwait(false);
            return outcomes;
        }

        // Those of one topic in order, those of different topics beside each other.
        await Parallel.ForEachAsync(Enumerable.Range(0, jobs.Count).GroupBy(index => jobs[index].Source.Topic, StringComparer.Ordinal), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (group, token) =>
        {
            foreach (int index in group)
            {
                outcomes[index] = await PostAsync(jobs[index], jobs[index].Payload.ToArray(), token).ConfigureAwait(false);
                if (outcomes[index].Kind == DeliveryKind.Retry)
                {
                    return;
                }
            }
        }).ConfigureAwait(false);
        return outcomes;
    }

    private static void CheckKnown(JsonObject settings, string where, string[] known)
    {
        if (settings.FirstOrDefault(member => !known.Contains(member.Key)).Key is string unknown)
        {
            throw OperationRequest.Invalid($"{where}.{unknown}: not known (known: {string.Join(", ", known)})");
        }
    }

    private static int BatchNumber(JsonObject? batch, string member, int from, int to, int usual) => batch?[member] is not JsonNode node ? usual
        : node is JsonValue value && value.TryGetValue(out int number) && number >= from && number <= to ? number : throw OperationRequest.Invalid($"batchConfig.{member}: {from} to {to}");

    private async Task DeliverBatchAsync(IReadOnlyList<DeliveryJob> jobs, DeliveryOutcome[] outcomes, CancellationToken cancellationToken)
    {
        JsonObject? batch = jobs[0].Parsed["batchConfig"] as JsonObject;
        int size = BatchNumber(batch, "maxBatchSize", 2, MaxBatchSize, MaxBatchSize);
        int bytes = BatchNumber(batch, "maxBatchSizeBytes", 100, MaxBatchBytes, 5 * 1024);
        var items = new List<byte[]>();
        int total = 2;
        for (int i = 0; i < jobs.Count && items.Count < size && jobs[i].Settings == jobs[0].Settings; i++)
        {
            byte[] item = Item(jobs[i].Payload);
            if (i > 0 && total + item.Length > bytes)
            {
                break;
            }

            total += item.Length + 1;
            items.Add(item);
        }

        // A batch stays open for others, but not longer than its first has waited.
        double open = BatchNumber(batch, "maxBatchOpenMs", 5, MaxOpenMilliseconds, 20) - (time.GetUtcNow().ToUnixTimeMilliseconds() - jobs[0].Enqueued);
        if (items.Count == jobs.Count && items.Count < size && open > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(open), cancellationToken).ConfigureAwait(false);
            return;
        }

        byte[] body = [(byte)'[', .. items.SelectMany((item, index) => index == 0 ? item : [(byte)',', .. item]), (byte)']'];
        DeliveryOutcome outcome = await PostAsync(jobs[0], body, cancellationToken).ConfigureAwait(false);
        Array.Fill(outcomes, outcome, 0, items.Count);
    }

    private static byte[] Item(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            return payload.ToArray();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(payload.Span));
        }
    }

    private Task<DeliveryOutcome> PostAsync(DeliveryJob job, byte[] body, CancellationToken cancellationToken)
    {
        JsonObject settings = job.Parsed;
        string url = settings["url"]!.ToString();
        if (destinations?.IsEnabled(url) == false)
        {
            return Task.FromResult(DeliveryOutcome.Failed("DestinationNotConfirmed", $"no enabled destination is the beginning of {url}"));
        }

        (string, string)? signing = settings["auth"]?["sigv4"] is JsonObject sigv4 ? (sigv4["serviceName"]!.ToString(), sigv4["signingRegion"]!.ToString()) : null;
        return targets.PostAsync(
            url,
            "application/json",
            body,
            (settings["headers"] as JsonArray ?? []).OfType<JsonObject>().Select(header => (header["key"]!.ToString(), header["value"]!.ToString())),
            settings["hmacKey"]?.ToString(),
            signing,
            cancellationToken);
    }
}
