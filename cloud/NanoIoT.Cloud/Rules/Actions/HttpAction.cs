using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Rules.Destinations;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>
/// Posts results to a URL. As AWS's <c>http</c> it needs a confirmed destination; as <c>webhook</c> it does not. Both may batch
/// results into one JSON array and sign them.
/// </summary>
internal sealed class HttpAction(string name, HttpTargets targets, RuleDestinations? destinations, TimeProvider time) : ActionBase
{
    private const int MaxHeaders = 100;

    private static readonly string[] s_batch = ["maxBatchOpenMs", "maxBatchSize", "maxBatchSizeBytes"];

    public override string Name => name;

    public override string Summary => destinations is null
        ? "a POST to a URL, with headers, batching and an HMAC of the body (`hmacKey`); no confirmation is needed"
        : "a POST to a URL of a confirmed destination, with headers, SigV4, batching; `hmacKey` (ours) signs the body";

    public override bool IsAws => destinations is not null;

    protected override IReadOnlyCollection<string> Known => ["url", "confirmationUrl", "headers", "auth", "enableBatching", "batchConfig", "hmacKey"];

    public override void Check(JsonObject settings)
    {
        base.Check(settings);
        string url = ActionSettings.Require(settings, "url", Name);
        int host = url.IndexOf("://", StringComparison.Ordinal);
        if (host < 0 || url[..host] is not ("http" or "https") || url[(host + 3)..].StartsWith("${", StringComparison.Ordinal))
        {
            throw OperationRequest.Invalid($"{Name}.url: http:// or https://, and a host that is no template");
        }

        targets.CheckUrl(url);
        if (OperationRequest.TextOf(settings, "confirmationUrl") is string confirmation && (destinations is null || !url.StartsWith(confirmation, StringComparison.Ordinal) || ActionSettings.IsTemplate(confirmation)))
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

        ActionSettings.CheckTexts(settings, "hmacKey");
        OperationRequest.FlagOf(settings, "enableBatching");
        if (OperationRequest.ObjectOf(settings, "batchConfig") is JsonObject batch)
        {
            ActionSettings.CheckKnown(batch, Name + ".batchConfig", s_batch);
            OpenMilliseconds(batch);
            Size(batch);
            Bytes(batch);
        }
    }

    public override async Task<DeliveryOutcome[]> DeliverAsync(IReadOnlyList<DeliveryJob> jobs, CancellationToken cancellationToken)
    {
        if (jobs[0].Parsed["enableBatching"]?.ToString() != "true")
        {
            return await base.DeliverAsync(jobs, cancellationToken).ConfigureAwait(false);
        }

        var outcomes = new DeliveryOutcome[jobs.Count];
        Array.Fill(outcomes, DeliveryOutcome.NotTried);
        await DeliverBatchAsync(jobs, outcomes, cancellationToken).ConfigureAwait(false);
        return outcomes;
    }

    protected override Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken) => PostAsync(job, job.Payload.ToArray(), cancellationToken);

    private static int OpenMilliseconds(JsonObject? batch) => ActionSettings.Number(batch, "maxBatchOpenMs", 5, 200, 20, "batchConfig");

    private static int Size(JsonObject? batch) => ActionSettings.Number(batch, "maxBatchSize", 2, 10, 10, "batchConfig");

    private static int Bytes(JsonObject? batch) => ActionSettings.Number(batch, "maxBatchSizeBytes", 100, 130 * 1024, 5 * 1024, "batchConfig");

    private async Task DeliverBatchAsync(IReadOnlyList<DeliveryJob> jobs, DeliveryOutcome[] outcomes, CancellationToken cancellationToken)
    {
        JsonObject? batch = jobs[0].Parsed["batchConfig"] as JsonObject;
        int size = Size(batch);
        int bytes = Bytes(batch);
        var items = new List<byte[]>();
        int total = 2;
        for (int i = 0; i < jobs.Count && items.Count < size && jobs[i].Settings == jobs[0].Settings; i++)
        {
            byte[] item = Encoding.UTF8.GetBytes(PayloadJson.Parse(jobs[i].Payload)?.ToJsonString(RecordStore.Json) ?? "null");
            if (i > 0 && total + item.Length > bytes)
            {
                break;
            }

            total += item.Length + 1;
            items.Add(item);
        }

        // A batch stays open for others, but not longer than its first has waited.
        double open = OpenMilliseconds(batch) - (time.GetUtcNow().ToUnixTimeMilliseconds() - jobs[0].Enqueued);
        if (items.Count == jobs.Count && items.Count < size && open > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(open), cancellationToken).ConfigureAwait(false);
            return;
        }

        byte[] body = [(byte)'[', .. items.SelectMany((item, index) => index == 0 ? item : [(byte)',', .. item]), (byte)']'];
        DeliveryOutcome outcome = await PostAsync(jobs[0], body, cancellationToken).ConfigureAwait(false);
        Array.Fill(outcomes, outcome, 0, items.Count);
    }

    private Task<DeliveryOutcome> PostAsync(DeliveryJob job, byte[] body, CancellationToken cancellationToken)
    {
        JsonObject settings = job.Parsed;
        string url = settings["url"]!.ToString();
        if (destinations?.IsEnabled(url) == false)
        {
            return Task.FromResult(DeliveryOutcome.Failed(
                "DestinationNotConfirmed", $"no enabled destination is the beginning of {SecretMask.HideQuery(url)}"));
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
