using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Replicas;

/// <summary>
/// Tells the other copies of this service what it has stored, many at a time, so that what they hold in memory is what is stored a
/// moment later. The stores stay the truth: what matters is read from there, and each copy looks at everything again from time to
/// time, and after the channel was broken.
/// </summary>
public sealed partial class ReplicaHints : IAsyncDisposable
{
    private const int MaxBatch = 200;
    private const int MaxWaiting = 100_000;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    private readonly IReplicaChannel? _channel;
    private readonly byte[] _key;
    private readonly ILogger<ReplicaHints> _logger;
    private readonly Channel<JsonObject> _queue = Channel.CreateBounded<JsonObject>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly Dictionary<string, Func<JsonObject, Task>> _listeners = new(StringComparer.Ordinal);
    private readonly BackgroundLoop _loop = new();
    private readonly string _id = Guid.NewGuid().ToString("N");

    /// <summary>Creates it.</summary>
    /// <param name="channel">The way to the others, or null where there are none.</param>
    /// <param name="key">A secret that all share: a hint of anybody else is not taken.</param>
    /// <param name="logger">The log.</param>
    public ReplicaHints(IReplicaChannel? channel, ReadOnlySpan<byte> key, ILogger<ReplicaHints> logger)
    {
        _channel = channel;
        _key = HMACSHA256.HashData(key, "nanoiot hints"u8);
        _logger = logger;
        if (channel is not null)
        {
            channel.Received = OnReceivedAsync;
        }
    }

    /// <summary>Listens to hints of a kind; at the start.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="listener">Takes a hint.</param>
    public void Listen(string kind, Func<JsonObject, Task> listener) => _listeners.Add(kind, listener);

    /// <summary>Begins to send.</summary>
    public void Start()
    {
        if (_channel is not null)
        {
            _loop.Start(RunAsync);
        }
    }

    /// <summary>Sends a hint, soon.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="hint">What it says.</param>
    public void Send(string kind, Func<JsonObject> hint)
    {
        ArgumentNullException.ThrowIfNull(hint);
        if (_channel is not null)
        {
            JsonObject created = hint();
            created["kind"] = kind;
            _queue.Writer.TryWrite(created);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private async Task RunAsync(CancellationToken end)
    {
        while (true)
        {
            try
            {
                await _queue.Reader.WaitToReadAsync(end).ConfigureAwait(false);
                await Task.Delay(s_interval, end).ConfigureAwait(false);
                var hints = new JsonArray();
                while (hints.Count < MaxBatch && _queue.Reader.TryRead(out JsonObject? hint))
                {
                    hints.Add((JsonNode)hint);
                }

                byte[] batch = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["from"] = _id, ["hints"] = hints });
                await _channel!.SendAsync((byte[])[.. HMACSHA256.HashData(_key, batch), .. batch], end).ConfigureAwait(false);
            }
            catch (Exception exception) when (!end.IsCancellationRequested)
            {
                LogFailed(exception.Message);
            }
        }
    }

    private async Task OnReceivedAsync(ReadOnlyMemory<byte> payload)
    {
        try
        {
            if (payload.Length < HMACSHA256.HashSizeInBytes || !CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, payload.Span[HMACSHA256.HashSizeInBytes..]), payload.Span[..HMACSHA256.HashSizeInBytes]))
            {
                LogForged(payload.Length);
                return;
            }

            if (JsonNode.Parse(payload.Span[HMACSHA256.HashSizeInBytes..]) is not JsonObject batch || batch["from"]?.GetValue<string>() == _id || batch["hints"] is not JsonArray hints)
            {
                return;
            }

            foreach (JsonObject hint in hints.OfType<JsonObject>())
            {
                if (hint["kind"]?.GetValue<string>() is string kind && _listeners.TryGetValue(kind, out Func<JsonObject, Task>? listener))
                {
                    await listener(hint).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception)
        {
            // Another version's, or a store that does not answer: the next look at everything makes up for it.
            LogFailed(exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "hints between services: {Bytes} bytes of somebody else; keep boards from the topic, and give all copies the same --keys")]
    private partial void LogForged(int bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "hints between services: {Reason}")]
    private partial void LogFailed(string reason);
}
