using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.S3.Model;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Telemetry;

/// <summary>
/// Stores results for analysis: JSON lines in files of <c>year=/month=/day=</c>, rolled by size and time, in a folder or in
/// S3. A file grows below <c>exports/.open</c> and is moved, or uploaded, when it is full or old.
/// </summary>
internal sealed class ArchiveAction : IActionType, IAsyncDisposable
{
    private const string OpenFolder = ".open";
    private const string Extension = ".jsonl";

    private static readonly string[] s_known = ["folder", "bucketName", "prefix", "maxBytes", "maxSeconds", "roleArn"];
    private static readonly TimeSpan s_sweep = TimeSpan.FromSeconds(1);

    private readonly FileAction _files;
    private readonly AwsTargets _aws;
    private readonly TimeProvider _time;
    private readonly string _open;
    private readonly ConcurrentDictionary<string, OpenFile> _segments = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private Task _sweeper = Task.CompletedTask;
    private bool _disposed;

    public ArchiveAction(CloudOptions options, AwsTargets aws, TimeProvider time)
    {
        _files = new FileAction(options);
        _aws = aws;
        _time = time;
        _open = Path.Combine(options.DataFolder, FileAction.Folder, OpenFolder);
    }

    public string Name => "archive";

    public string Summary => "JSON lines partitioned by `year=/month=/day=`, in a folder below `exports` or in S3, rolled by size (`maxBytes`) and time (`maxSeconds`)";

    public bool IsAws => false;

    public int MaxBatch => 500;

    public void Check(JsonObject settings)
    {
        ActionSettings.CheckKnown(settings, Name, s_known);
        string? folder = OperationRequest.TextOf(settings, "folder");
        string? bucket = OperationRequest.TextOf(settings, "bucketName");
        if (folder is null == bucket is null)
        {
            throw OperationRequest.Invalid("archive: folder or bucketName, one of them");
        }

        if (Template.TextsOf(settings).Any(text => text.Contains("${", StringComparison.Ordinal)))
        {
            throw OperationRequest.Invalid("archive: its settings take no templates; the day of the message makes the partition");
        }

        if (folder is not null && _files.Resolve(folder) is null)
        {
            throw OperationRequest.Invalid("archive.folder: levels of a-z A-Z 0-9 _ . = - with / between, none of them . or ..");
        }

        if (bucket is not null)
        {
            _aws.Require("s3", "archive with bucketName");
        }

        MaxBytesOf(settings);
        MaxSecondsOf(settings);
    }

    /// <summary>Takes up files a former service left open, and begins to roll.</summary>
    public void Start()
    {
        if (Directory.Exists(_open))
        {
            foreach (string description in Directory.EnumerateFiles(_open, "*.json"))
            {
                if (OpenFile.Load(description) is OpenFile segment && File.Exists(segment.Path))
                {
                    _segments[segment.Key] = segment;
                }
            }
        }

        _sweeper = Task.Run(SweepAsync);
    }

    public async Task<DeliveryOutcome[]> DeliverAsync(IReadOnlyList<DeliveryJob> jobs, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (IGrouping<string, DeliveryJob> partition in jobs.GroupBy(job => job.Rule + "\n" + job.Settings + "\n" + PartitionOf(job.Source.Timestamp), StringComparer.Ordinal))
            {
                OpenFile segment = _segments.GetOrAdd(partition.Key, key => OpenFile.Create(key, _open, partition.First().Settings, partition.First().Rule, PartitionOf(partition.First().Source.Timestamp), _time.GetUtcNow().ToUnixTimeMilliseconds()));
                await FileAction.AppendAsync(segment.Path, partition.Select(job => OneLine(job.Payload)), cancellationToken).ConfigureAwait(false);
                if (new FileInfo(segment.Path).Length >= segment.MaxBytes)
                {
                    await RollAsync(segment, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _lock.Release();
        }

        var outcomes = new DeliveryOutcome[jobs.Count];
        Array.Fill(outcomes, DeliveryOutcome.Done);
        return outcomes;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _end.CancelAsync().ConfigureAwait(false);
        await _sweeper.ConfigureAwait(false);
        _end.Dispose();
        _lock.Dispose();
    }

    private static int MaxBytesOf(JsonObject settings) => ActionSettings.Number(settings, "maxBytes", 1024, int.MaxValue, 64 * 1024 * 1024, "archive");

    private static int MaxSecondsOf(JsonObject settings) => ActionSettings.Number(settings, "maxSeconds", 1, 86_400, 900, "archive");

    private static string PartitionOf(long timestamp)
    {
        DateTime day = DateTimeOffset.FromUnixTimeMilliseconds(timestamp).UtcDateTime;
        return string.Create(CultureInfo.InvariantCulture, $"year={day:yyyy}/month={day:MM}/day={day:dd}");
    }

    /// <summary>A line holds one result: JSON that was sent with line breaks is written without them.</summary>
    private static ReadOnlyMemory<byte> OneLine(ReadOnlyMemory<byte> payload)
    {
        if (!payload.Span.ContainsAny((byte)'\n', (byte)'\r'))
        {
            return payload;
        }

        return Sql.SqlJson.TryParse(payload.Span, Sql.SqlVersion.V20151008, null, out Sql.SqlValue value)
            ? Sql.SqlJson.WriteBytes(value)
            : Sql.SqlJson.WriteBytes(Sql.SqlValue.Of(System.Text.Encoding.UTF8.GetString(payload.Span)));
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(s_sweep);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
                foreach (OpenFile segment in _segments.Values.Where(segment => now - segment.Opened >= segment.MaxSeconds * 1000L && now >= segment.NotBefore))
                {
                    await _lock.WaitAsync(_end.Token).ConfigureAwait(false);
                    try
                    {
                        await RollAsync(segment, _end.Token).ConfigureAwait(false);
                    }
                    catch (Exception exception) when (exception is not OperationCanceledException)
                    {
                        // It stays open, and is tried again: the disk or S3 may be back then.
                        segment.NotBefore = now + 10_000;
                    }
                    finally
                    {
                        _lock.Release();
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends; what is open is taken up again.
            return;
        }
    }

    private async Task RollAsync(OpenFile segment, CancellationToken cancellationToken)
    {
        if (!File.Exists(segment.Path))
        {
            _segments.TryRemove(segment.Key, out _);
            return;
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"{segment.Partition}/{segment.Rule}-{segment.Opened}-{segment.Id}{Extension}");
        if (segment.Settings["bucketName"]?.ToString() is string bucket)
        {
            string prefix = segment.Settings["prefix"]?.ToString() ?? string.Empty;
            using FileStream content = File.OpenRead(segment.Path);
            await _aws.S3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = prefix + name, InputStream = content, UseChunkEncoding = false, ContentType = "application/x-ndjson" }, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            string target = Path.Combine(_files.Resolve(segment.Settings["folder"]!.ToString())!, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(segment.Path, target, overwrite: true);
        }

        segment.Delete();
        _segments.TryRemove(segment.Key, out _);
    }

    /// <summary>A file that grows, and beside it what it is, so that it is taken up after a crash.</summary>
    private sealed class OpenFile
    {
        public required string Key { get; init; }

        public required string Id { get; init; }

        public required string Path { get; init; }

        public required string Rule { get; init; }

        public required string Partition { get; init; }

        public required JsonObject Settings { get; init; }

        public required long Opened { get; init; }

        public long NotBefore { get; set; }

        public int MaxBytes => MaxBytesOf(Settings);

        public int MaxSeconds => MaxSecondsOf(Settings);

        public static OpenFile Create(string key, string folder, string settings, string rule, string partition, long now)
        {
            Directory.CreateDirectory(folder);
            string id = Guid.NewGuid().ToString("n")[..8];
            var description = new JsonObject { ["key"] = key, ["id"] = id, ["settings"] = JsonNode.Parse(settings), ["rule"] = rule, ["partition"] = partition, ["opened"] = now };
            string file = System.IO.Path.Combine(folder, id + ".json");
            PrivateFile.Write(file, description.ToJsonString(Storage.RecordStore.Json));
            return Load(file)!;
        }

        public static OpenFile? Load(string file)
        {
            try
            {
                JsonNode description = JsonNode.Parse(File.ReadAllText(file))!;
                return new OpenFile
                {
                    Key = description["key"]!.ToString(),
                    Id = description["id"]!.ToString(),
                    Path = System.IO.Path.ChangeExtension(file, Extension),
                    Rule = description["rule"]!.ToString(),
                    Partition = description["partition"]!.ToString(),
                    Settings = (JsonObject)description["settings"]!,
                    Opened = description["opened"]!.GetValue<long>(),
                };
            }
            catch (Exception exception) when (exception is System.Text.Json.JsonException or NullReferenceException or InvalidOperationException)
            {
                return null;
            }
        }

        public void Delete()
        {
            File.Delete(Path);
            File.Delete(System.IO.Path.ChangeExtension(Path, ".json"));
        }
    }
}
