using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.AwsIot;

/// <summary>
/// Brings AWS IoT up to what is known here: versions into its registry, groups and region into the agent's shadows. A few at a time,
/// and slower where AWS limits them; what fails is found lacking again at the next look, so nothing needs to be kept.
/// </summary>
internal sealed partial class AwsIotWrites(AwsIotClient client, AwsIotFleet fleet, ILogger<AwsIotWrites> logger) : IAsyncDisposable
{
    private const int Writers = 4;
    private const int FirstWait = 500;
    private const int LastWait = 30_000;

    private readonly ILogger<AwsIotWrites> _logger = logger;
    private readonly ConcurrentDictionary<string, bool> _marked = new(StringComparer.Ordinal);
    private readonly Channel<string> _queue = Channel.CreateUnbounded<string>();
    private readonly BackgroundLoop _loop = new();

    /// <summary>What is marked and not yet written.</summary>
    public int Waiting => _marked.Count;

    public void Start()
    {
        fleet.Behind = Mark;
        _loop.Start(end => Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => RunAsync(end))));
    }

    /// <summary>Says that a thing's entry may be behind.</summary>
    public void Mark(string thingName)
    {
        if (_marked.TryAdd(thingName, true))
        {
            _queue.Writer.TryWrite(thingName);
        }
    }

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private async Task RunAsync(CancellationToken end)
    {
        int wait = FirstWait;
        await foreach (string thingName in _queue.Reader.ReadAllAsync(end).ConfigureAwait(false))
        {
            // What is said of it from now on marks it again.
            _marked.TryRemove(thingName, out _);
            try
            {
                await WriteAsync(thingName, end).ConfigureAwait(false);
                wait = FirstWait;
            }
            catch (CloudException exception) when (exception.Code == ErrorCodes.StoreUnavailable)
            {
                LogPostponed(thingName, exception.Message);
                Mark(thingName);
                await Task.Delay(Random.Shared.Next(wait / 2, wait), end).ConfigureAwait(false);
                wait = Math.Min(wait * 2, LastWait);
            }
            catch (Exception exception) when (!end.IsCancellationRequested)
            {
                LogRefused(thingName, exception.Message);
            }
        }
    }

    private async Task WriteAsync(string thingName, CancellationToken end)
    {
        (IReadOnlyDictionary<string, string> attributes, JsonObject? desired) = fleet.LackOf(thingName);
        try
        {
            if (attributes.Count > 0)
            {
                await client.SetAttributesAsync(thingName, attributes, end).ConfigureAwait(false);
                fleet.Registered(thingName, attributes);
            }

            if (desired is not null)
            {
                await client.SetDesiredAsync(thingName, desired, end).ConfigureAwait(false);
            }
        }
        catch (CloudException exception) when (exception.Code == ErrorCodes.NotFound)
        {
            fleet.Forget(thingName);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "AWS IoT: {Thing} is written later: {Reason}")]
    private partial void LogPostponed(string thing, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "AWS IoT: {Thing} cannot be brought up to date: {Reason}")]
    private partial void LogRefused(string thing, string reason);
}
