using Microsoft.Extensions.Logging;
using MQTTnet;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Replicas;

namespace NanoIoT.Cloud.Broker.External;

/// <summary>
/// One persistent session at a broker. What boards publish comes by a shared subscription: each message to one session. What begins
/// with <c>$</c> (shadows) comes to every session and is taken by the one whose part its board falls to, so that a board's updates
/// keep their order; Mosquitto 2.0 does not share such topics anyway. A message is acknowledged after what it means is stored, in the order they
/// came (MQTT-4.6.0-2); messages of one board are taken one after another. What cannot be stored is held and tried again, and
/// the broker sends no more than so many meanwhile: that is all the back pressure there is. The session stays when this ends, and
/// whoever takes it up gets what was not acknowledged again.
/// </summary>
internal sealed partial class BrokerSession : IAsyncDisposable
{
    private const ushort MaxInflight = 200;
    private const int Lanes = 64;
    private const int MaxTries = 4;

    private readonly Func<BusMessage, CancellationToken, Task> _handle;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task[] _lanes = new Task[Lanes];
    private readonly CancellationTokenSource _end = new();
    private readonly BrokerClient _client;
    private readonly int _number;
    private Task _acknowledged = Task.CompletedTask;

    /// <summary>Creates the session.</summary>
    /// <param name="connection">How to connect.</param>
    /// <param name="group">The shared subscription's name; the session's number is added to it as the client id.</param>
    /// <param name="number">The session's number.</param>
    /// <param name="dialect">What it subscribes to, with the others and by itself.</param>
    /// <param name="handle">Handles a message; it is stored when the task ends.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public BrokerSession(BrokerConnection connection, string group, int number, BrokerDialect dialect, Func<BusMessage, CancellationToken, Task> handle, TimeProvider time, ILogger logger)
    {
        _handle = handle;
        _time = time;
        _logger = logger;
        Array.Fill(_lanes, Task.CompletedTask);

        _number = number;

        // A broker without shared subscriptions sends all to the first session.
        _client = new BrokerClient(
            () => connection.Create($"{group}-{number}", dialect.SessionSeconds, MaxInflight),
            hasShared => [.. dialect.Shared.Where(_ => hasShared || number == 0).Select(filter => dialect.Filter(hasShared ? $"$share/{group}/{filter}" : filter)), .. dialect.Own.Select(filter => dialect.Filter(filter))],
            OnReceivedAsync,
            logger);
    }

    public void Start() => _client.Start();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_lanes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    /// <summary>Called by one reader, message after message.</summary>
    private Task OnReceivedAsync(MqttApplicationMessageReceivedEventArgs args)
    {
        args.AutoAcknowledge = false;
        BusMessage message = MqttMessages.Read(args.ApplicationMessage, _time.GetUtcNow().ToUnixTimeMilliseconds());
        string key = PublishTopics.ThingOf(message.Topic) ?? message.Topic;
        if (message.Topic.StartsWith('$') && ISharedWork.PartOf(key) != _number)
        {
            _acknowledged = AcknowledgeAsync(_acknowledged, Task.CompletedTask, args);
            return Task.CompletedTask;
        }

        int lane = (int)((uint)string.GetHashCode(key, StringComparison.Ordinal) % Lanes);
        Task handled = _lanes[lane] = HandleAsync(_lanes[lane], message);
        _acknowledged = AcknowledgeAsync(_acknowledged, handled, args);
        return Task.CompletedTask;
    }

    private async Task HandleAsync(Task before, BusMessage message)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        for (int i = 1; ; i++)
        {
            try
            {
                _end.Token.ThrowIfCancellationRequested();
                await _handle(message, _end.Token).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception)
            {
                if (!TransientFailure.Is(exception) && i >= MaxTries)
                {
                    LogGivenUp(exception, message.Topic, message.Payload.Length);
                    return;
                }

                LogTriedAgain(message.Topic, exception.Message);
                await Task.Delay(Math.Min(100 << Math.Min(i, 6), 5000), _end.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task AcknowledgeAsync(Task before, Task handled, MqttApplicationMessageReceivedEventArgs args)
    {
        try
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await handled.ConfigureAwait(false);
            await args.AcknowledgeAsync(_end.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The connection is gone, or this ends: the broker sends it again.
            LogNotAcknowledged(args.ApplicationMessage.Topic, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "broker: {Topic} not stored, tried again: {Reason}")]
    private partial void LogTriedAgain(string topic, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "broker: {Topic} ({Bytes} bytes) cannot be handled and is given up")]
    private partial void LogGivenUp(Exception exception, string topic, int bytes);

    [LoggerMessage(Level = LogLevel.Debug, Message = "broker: {Topic} not acknowledged: {Reason}")]
    private partial void LogNotAcknowledged(string topic, string reason);
}
