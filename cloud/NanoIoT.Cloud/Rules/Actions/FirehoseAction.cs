using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Puts results into a Firehose stream, many in one call, in their order.</summary>
internal sealed class FirehoseAction(AwsTargets aws) : IActionType
{
    /// <summary>AWS's limits of a PutRecordBatch.</summary>
    private const int MaxRecords = 500;
    private const int MaxBytes = 4 * 1024 * 1024;

    private static readonly string[] s_known = ["deliveryStreamName", "separator", "batchMode", "roleArn"];
    private static readonly string[] s_separators = ["\n", "\t", "\r\n", ","];

    public string Name => "firehose";

    public string Summary => "records of a Firehose stream, in order, up to 500 a call; batchMode makes each item of an array a record";

    public bool IsAws => true;

    public int MaxBatch => MaxRecords;

    public void Check(JsonObject settings)
    {
        ActionSettings.CheckKnown(settings, Name, s_known);
        ActionSettings.Require(settings, "deliveryStreamName", Name);

        if (OperationRequest.TextOf(settings, "separator") is string separator && !s_separators.Contains(separator))
        {
            throw OperationRequest.Invalid("firehose.separator: '\\n', '\\t', '\\r\\n' or ','");
        }

        OperationRequest.FlagOf(settings, "batchMode");
        aws.Require("firehose", Name);
    }

    public async Task<DeliveryOutcome[]> DeliverAsync(IReadOnlyList<DeliveryJob> jobs, CancellationToken cancellationToken)
    {
        var outcomes = new DeliveryOutcome[jobs.Count];
        Array.Fill(outcomes, DeliveryOutcome.NotTried);

        // Those at the head that go to one stream, as many as one call takes.
        string stream = jobs[0].Parsed["deliveryStreamName"]!.ToString();
        var records = new JsonArray();
        var owners = new List<int>();
        long bytes = 0;
        for (int i = 0; i < jobs.Count && jobs[i].Parsed["deliveryStreamName"]!.ToString() == stream; i++)
        {
            List<byte[]> parts = RecordsOf(jobs[i]);
            long size = parts.Sum(part => (long)part.Length);
            if (i > 0 && (records.Count + parts.Count > MaxRecords || bytes + size > MaxBytes))
            {
                break;
            }

            bytes += size;
            foreach (byte[] part in parts)
            {
                records.Add(new JsonObject { ["Data"] = Convert.ToBase64String(part) });
                owners.Add(i);
            }

            outcomes[i] = DeliveryOutcome.Done;
        }

        try
        {
            JsonObject answer = await aws.CallJsonAsync("firehose", "Firehose_20150804.PutRecordBatch", new JsonObject { ["DeliveryStreamName"] = stream, ["Records"] = records }, cancellationToken).ConfigureAwait(false);
            if (answer["FailedPutCount"]?.GetValue<int>() > 0 && answer["RequestResponses"] is JsonArray responses)
            {
                // From the first that failed on they are sent again: their order counts more than that none comes twice.
                int first = Enumerable.Range(0, Math.Min(responses.Count, owners.Count)).First(index => responses[index]?["ErrorCode"] is not null);
                string code = responses[first]!["ErrorCode"]!.ToString();
                outcomes[owners[first]] = DeliveryOutcome.Retry(code, responses[first]!["ErrorMessage"]?.ToString() ?? code);
                Array.Fill(outcomes, DeliveryOutcome.NotTried, owners[first] + 1, outcomes.Length - owners[first] - 1);
            }
        }
        catch (DeliveryException exception)
        {
            // A call refused for one record is tried record by record.
            if (exception.Outcome.Kind == DeliveryKind.Failed && outcomes.Count(outcome => outcome.Kind == DeliveryKind.Done) > 1)
            {
                Array.Fill(outcomes, DeliveryOutcome.NotTried);
                outcomes[0] = (await DeliverAsync([jobs[0]], cancellationToken).ConfigureAwait(false))[0];
                return outcomes;
            }

            outcomes = [.. outcomes.Select(outcome => outcome.Kind == DeliveryKind.Done ? exception.Outcome : outcome)];
        }

        return outcomes;
    }

    private static List<byte[]> RecordsOf(DeliveryJob job)
    {
        byte[] separator = System.Text.Encoding.UTF8.GetBytes(job.Parsed["separator"]?.ToString() ?? string.Empty);
        if (job.Parsed["batchMode"]?.GetValue<bool>() == true)
        {
            try
            {
                if (JsonNode.Parse(job.Payload.Span) is JsonArray items && items.Count is > 0 and <= MaxRecords)
                {
                    return [.. items.Select(item => (byte[])[.. System.Text.Encoding.UTF8.GetBytes(item?.ToJsonString(Storage.RecordStore.Json) ?? "null"), .. separator])];
                }
            }
            catch (JsonException)
            {
                // No array: one record, as it is.
                return [[.. job.Payload.Span, .. separator]];
            }
        }

        return [[.. job.Payload.Span, .. separator]];
    }
}
