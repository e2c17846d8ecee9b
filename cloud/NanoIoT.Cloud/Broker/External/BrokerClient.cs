using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Packets;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Broker.External;

/// <summary>A connection to a broker that comes back: with its subscriptions, after a wait that doubles up to half a minute.</summary>
internal sealed partial class BrokerClient : IAsyncDisposable
{
    private const int FirstWait = 200;
    private const int LastWait = 30_000;

    /// <summary>A connection that ends sooner is no success: where two services have one id, each would end the other's without a pause.</summary>
    private static readonly TimeSpan s_stable = TimeSpan.FromSeconds(10);

    private readonly Func<MqttClientOptions> _options;
    private readonly Func<bool, IReadOnlyList<MqttTopicFilter>> _filters;
    private readonly Func<MqttApplicationMessageReceivedEventArgs, Task> _received;
    private readonly ILogger _logger;
    private readonly BackgroundLoop _loop = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<IMqttClient> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Creates the client.</summary>
    /// <param name="options">Options of a connection.</param>
    /// <param name="filters">What it subscribes to, told whether the broker has shared subscriptions.</param>
    /// <param name="received">Takes a message, and acknowledges it.</param>
    /// <param name="logger">The log.</param>
    public BrokerClient(Func<MqttClientOptions> options, Func<bool, IReadOnlyList<MqttTopicFilter>> filters, Func<MqttApplicationMessageReceivedEventArgs, Task> received, ILogger logger)
    {
        _options = options;
        _filters = filters;
        _received = received;
        _logger = logger;
    }

    /// <summary>Told each time it is connected and subscribed: what was sent before did not come.</summary>
    public Action? Connected { get; set; }

    public void Start() => _loop.Start(RunAsync);

    /// <summary>The connection, as soon as there is one.</summary>
    public Task<IMqttClient> ConnectedAsync(CancellationToken cancellationToken) => _connected.Task.WaitAsync(cancellationToken);

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private async Task RunAsync(CancellationToken end)
    {
        int wait = FirstWait;
        string? failure = null;
        while (!end.IsCancellationRequested)
        {
            using IMqttClient client = new MqttClientFactory().CreateMqttClient();
            string clientId = string.Empty;
            long began = Stopwatch.GetTimestamp();
            try
            {
                MqttClientOptions options = _options();
                clientId = options.ClientId;
                await ConnectAsync(client, options, end).ConfigureAwait(false);
                wait = Stopwatch.GetElapsedTime(began) > s_stable ? FirstWait : wait;
                failure = null;
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                await EndAsync(client).ConfigureAwait(false);
                return;
            }
            catch (Exception exception)
            {
                // Said once, and again where the reason is another: a broker may be away for long.
                string reason = exception.GetBaseException().Message;
                if (reason != failure)
                {
                    LogNotConnected(clientId, reason);
                    failure = reason;
                }
            }

            Forget();
            await Task.Delay(Random.Shared.Next(wait / 2, wait), end).ConfigureAwait(false);
            wait = Math.Min(wait * 2, LastWait);
        }
    }

    /// <summary>Connects, and stays until the connection ends.</summary>
    private async Task ConnectAsync(IMqttClient client, MqttClientOptions options, CancellationToken end)
    {
        var ended = new TaskCompletionSource<MqttClientDisconnectedEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.DisconnectedAsync += args =>
        {
            ended.TrySetResult(args);
            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += _received;
        MqttClientConnectResult result = await client.ConnectAsync(options, end).ConfigureAwait(false);
        await SubscribeAsync(client, result.SharedSubscriptionAvailable, end).ConfigureAwait(false);
        LogConnected(options.ClientId, result.IsSessionPresent);
        _connected.TrySetResult(client);
        Connected?.Invoke();
        MqttClientDisconnectedEventArgs last = await ended.Task.WaitAsync(end).ConfigureAwait(false);
        LogDisconnected(options.ClientId, last.Exception?.Message ?? (last.Reason is MqttClientDisconnectReason.SessionTakenOver or MqttClientDisconnectReason.NormalDisconnection
            ? "by the broker; where another client took its id, that is a copy of this service, or a service that needs a --broker-group of its own"
            : last.Reason.ToString()));
    }

    /// <summary>Whoever wants the connection waits for the next one.</summary>
    private void Forget()
    {
        lock (_lock)
        {
            if (_connected.Task.IsCompleted)
            {
                _connected = new TaskCompletionSource<IMqttClient>(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private async Task SubscribeAsync(IMqttClient client, bool hasShared, CancellationToken end)
    {
        IReadOnlyList<MqttTopicFilter> filters = _filters(hasShared);
        if (filters.Count == 0)
        {
            return;
        }

        MqttClientSubscribeResult result = await client.SubscribeAsync(new MqttClientSubscribeOptions { TopicFilters = [.. filters] }, end).ConfigureAwait(false);
        if (result.Items.FirstOrDefault(item => (int)item.ResultCode >= 0x80) is MqttClientSubscribeResultItem refused)
        {
            throw new IOException($"the broker refuses the subscription to {refused.TopicFilter.Topic}: {refused.ResultCode}");
        }
    }

    private static async Task EndAsync(IMqttClient client)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await client.DisconnectAsync(new MqttClientDisconnectOptions(), limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is gone already.
            return;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "broker: connected as {ClientId} (session there: {IsPresent})")]
    private partial void LogConnected(string clientId, bool isPresent);

    [LoggerMessage(Level = LogLevel.Warning, Message = "broker: connection of {ClientId} ended: {Reason}")]
    private partial void LogDisconnected(string clientId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "broker: no connection of {ClientId}: {Reason}")]
    private partial void LogNotConnected(string clientId, string reason);
}
