using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MQTTnet;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Replicas;
using NanoIoT.Cloud.Rules;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Broker.External;

/// <summary>
/// Another MQTT 5 broker in the place of the service's own. Devices connect there; every copy of this service takes its share of
/// their messages, through as many persistent sessions as there are parts of the work, each held by the
/// copy whose part it is. So no message waits in the session of a copy that is gone: whoever takes its part over takes up its
/// session. The broker authenticates devices and keeps them to their topics; retained messages are its own.
/// </summary>
internal sealed partial class ExternalBroker : IDeviceBroker, IReplicaChannel
{
    /// <summary>Between copies of the service; devices must not be let onto it.</summary>
    public const string HintsTopic = "nanoiot/service/hints";

    private static readonly TimeSpan s_publishTimeout = TimeSpan.FromSeconds(20);

    private readonly BrokerConnection _connection;
    private readonly ExternalBrokerOptions _options;
    private readonly BrokerDialect _dialect;
    private readonly TimeProvider _time;
    private readonly ILogger<ExternalBroker> _logger;
    private readonly BrokerClient _publisher;
    private readonly BrokerSession?[] _sessions = new BrokerSession?[ISharedWork.Parts];
    private readonly ConcurrentDictionary<string, ConnectionStatus> _statuses = new(StringComparer.Ordinal);
    private readonly List<IMessageHandler> _handlers = [];
    private bool _disposed;

    public ExternalBroker(BrokerConnection connection, ExternalBrokerOptions options, ISharedWork work, TimeProvider time, ILogger<ExternalBroker> logger)
    {
        _connection = connection;
        _options = options;
        _dialect = BrokerDialect.Of(options.Kind);
        _time = time;
        _logger = logger;
        string clientId = $"{options.Group}-{Guid.NewGuid():N}"[..Math.Min(options.Group.Length + 9, 60)];
        _publisher = new BrokerClient(() => connection.Create(clientId, 0, 100), _ => [_dialect.Filter(HintsTopic, true), .. _dialect.Presence.Select(topic => _dialect.Filter(topic))], OnOwnAsync, logger) { Connected = () => Restored?.Invoke() };
        work.Taken += TakeAsync;
        work.Left += LeaveAsync;
    }

    /// <inheritdoc/>
    public event Action<string>? Changed;

    /// <inheritdoc/>
    public Func<RuleMessage, CancellationToken, Task>? Rules { get; set; }

    /// <inheritdoc/>
    public Func<ReadOnlyMemory<byte>, Task>? Received { get; set; }

    /// <inheritdoc/>
    public Action? Restored { get; set; }

    /// <inheritdoc/>
    public bool KnowsConnections => !_statuses.IsEmpty;

    /// <inheritdoc/>
    public int ConnectedCount => _statuses.Count(item => item.Value.IsConnected);

    public void AddHandler(IMessageHandler handler) => _handlers.Add(handler);

    /// <summary>Takes what is said of a client's connection, unless something newer is known.</summary>
    /// <param name="client">Its client id.</param>
    /// <param name="status">Whether it is connected, and since when.</param>
    public void Learn(string client, ConnectionStatus status)
    {
        if (StatusOf(client) != status)
        {
            _statuses.AddOrUpdate(client, status, (_, known) => known.Timestamp > status.Timestamp ? known : status);
            Changed?.Invoke(client);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync()
    {
        // Sessions follow as parts of the work become this copy's.
        _publisher.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task PublishAsync(BusMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Topic.StartsWith('$') && Rules is not null)
        {
            // The rest comes back by the subscription to everything, and goes through the rules then.
            await Rules(new RuleMessage(message), cancellationToken).ConfigureAwait(false);
        }

        await SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As a client's: it comes back by the shared subscription, to whichever copy of the service.</summary>
    /// <inheritdoc/>
    public Task PublishFromClientAsync(BusMessage message, string? certificateId, CancellationToken cancellationToken = default) => SendAsync(message, cancellationToken);

    /// <inheritdoc/>
    public Task SendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) => SendAsync(new BusMessage(HintsTopic, payload), cancellationToken);

    /// <inheritdoc/>
    public bool IsConnected(string clientId) => StatusOf(clientId)?.IsConnected == true;

    /// <summary>Known where the broker publishes AWS's lifecycle events; else nobody is known to be connected.</summary>
    /// <inheritdoc/>
    public ConnectionStatus? StatusOf(string clientId) => _statuses.GetValueOrDefault(clientId);

    /// <inheritdoc/>
    public Task DisconnectAsync(string clientId)
    {
        LogNotDisconnected("client " + clientId);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DisconnectCertificateAsync(string certificateId)
    {
        LogNotDisconnected("certificate " + certificateId);
        return Task.CompletedTask;
    }

    /// <summary>Does nothing: users do not connect to another broker with this service's credentials.</summary>
    /// <param name="userName">The user.</param>
    /// <returns>A completed task.</returns>
    public Task DisconnectUserAsync(string userName) => Task.CompletedTask;

    /// <summary>Does nothing, as <see cref="DisconnectUserAsync"/>.</summary>
    /// <param name="userName">The user.</param>
    /// <returns>A completed task.</returns>
    public Task DeleteUserSessionsAsync(string userName) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<bool> DeleteConnectionAsync(string clientId, bool clearsSession, bool preventsWill) =>
        throw new CloudException(ErrorCodes.NotSupported, "Connections are the broker's: end it there.");

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        for (int part = 0; part < _sessions.Length; part++)
        {
            await LeaveAsync(part).ConfigureAwait(false);
        }

        await _publisher.DisposeAsync().ConfigureAwait(false);
        _connection.Dispose();
    }

    private Task TakeAsync(int part)
    {
        if (!_disposed)
        {
            _sessions[part] = new BrokerSession(_connection, _options.Group, part, _dialect, HandleAsync, _time, _logger);
            _sessions[part]!.Start();
        }

        return Task.CompletedTask;
    }

    private async Task LeaveAsync(int part)
    {
        if (Interlocked.Exchange(ref _sessions[part], null) is BrokerSession session)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(BusMessage message, CancellationToken cancellationToken)
    {
        if (message.Topic == HintsTopic)
        {
            return;
        }

        string thing = PublishTopics.ThingOf(message.Topic) ?? string.Empty;
        Actor.Current = thing.Length > 0 ? "thing/" + thing : Actor.Service;
        var incoming = new ClientMessage(thing, message.Topic, message.Payload);
        foreach (IMessageHandler handler in _handlers)
        {
            await handler.HandleAsync(incoming, cancellationToken).ConfigureAwait(false);
        }

        if (Rules is not null)
        {
            await Rules(new RuleMessage(message), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(BusMessage message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_publishTimeout);
        try
        {
            IMqttClient client = await _publisher.ConnectedAsync(limit.Token).ConfigureAwait(false);
            MqttClientPublishResult result = await client.PublishAsync(MqttMessages.Create(message, message.Qos, message.Retain, false, _time), limit.Token).ConfigureAwait(false);
            if (!result.IsSuccess && message.Topic.StartsWith('$'))
            {
                // An answer of AWS's protocol: what it tells of is stored, and a broker that has no such topics has nobody who waits for it.
                LogRefused(message.Topic, result.ReasonCode);
            }
            else if (!result.IsSuccess)
            {
                throw new CloudException(ErrorCodes.Forbidden, $"The broker refuses a message on {message.Topic}: {result.ReasonCode}.");
            }
        }
        catch (Exception exception) when (exception is MQTTnet.Exceptions.MqttCommunicationException or ObjectDisposedException or InvalidOperationException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CloudException(ErrorCodes.BrokerUnavailable, $"The broker did not take a message on {message.Topic}: {exception.Message}", exception);
        }
    }

    private async Task OnOwnAsync(MqttApplicationMessageReceivedEventArgs args)
    {
        BusMessage message = MqttMessages.Read(args.ApplicationMessage, 0);
        if (message.Topic == HintsTopic)
        {
            await (Received?.Invoke(message.Payload) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        else if (BrokerDialect.IsPresence(message.Topic))
        {
            OnPresence(message);
        }
    }

    private void OnPresence(BusMessage message)
    {
        try
        {
            if (StrictJson.Parse(message.Payload.Span) is JsonObject body && body["clientId"]?.GetValue<string>() is string client)
            {
                bool isConnected = body["eventType"]?.GetValue<string>() == "connected";
                long at = body["timestamp"]?.GetValue<long>() ?? 0;
                Learn(client, new ConnectionStatus(isConnected, at, isConnected ? null : body["disconnectReason"]?.GetValue<string>()));
            }
        }
        catch (Exception exception) when (exception is StrictJsonException or InvalidOperationException or FormatException)
        {
            LogStrangePresence(message.Topic, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} is to be disconnected, and connections are the broker's: revoke it there")]
    private partial void LogNotDisconnected(string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "broker: an answer on {Topic} is refused: {Code}")]
    private partial void LogRefused(string topic, MqttClientPublishReasonCode code);

    [LoggerMessage(Level = LogLevel.Debug, Message = "broker: {Topic} is no lifecycle event: {Reason}")]
    private partial void LogStrangePresence(string topic, string reason);
}
