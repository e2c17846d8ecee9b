using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Rules;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// The device gateway: MQTTnet speaks the protocol, this decides who may connect, publish and subscribe, hands messages to
/// their handlers before they are acknowledged, and routes them by its own index (<see cref="TopicIndex{T}"/>). Sessions
/// and retained messages are its own too, so that both outlive a restart.
/// </summary>
public sealed partial class MqttBroker : IDeviceBroker
{
    private const uint DefaultExpirySeconds = 3600;
    private const string StateItem = "nanoiot.connection";
    private const string AdapterItem = "nanoiot.adapter";
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromSeconds(30);

    private readonly SubscriptionIndex _index = new();
    private readonly ConcurrentDictionary<string, ConnectionStatus> _statuses = new(StringComparer.Ordinal);
    private readonly SessionStore _store;
    private readonly ClientConnections _connections = new();
    private readonly OutboundBudget _budget;
    private readonly LossLog _losses;
    private readonly ClientSessions _sessions;
    private readonly LastWills _wills;
    private readonly LifecycleEvents _events;
    private readonly IConnectionAuthenticator _authenticator;
    private readonly RetainedStore _retained;
    private readonly CloudOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<MqttBroker> _logger;
    private readonly MqttServer _server;
    private readonly List<IMessageHandler> _handlers = [];
    private readonly CancellationTokenSource _end = new();
    private Task _sweeper = Task.CompletedTask;
    private int _connectedCount;
    private bool _isStarted;
    private bool _disposed;

    /// <summary>Creates the broker.</summary>
    /// <param name="adapter">Where connections come from.</param>
    /// <param name="authenticator">Says who they are.</param>
    /// <param name="retained">Retained messages.</param>
    /// <param name="sessions">Where sessions are kept.</param>
    /// <param name="options">The service's options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    internal MqttBroker(
        GatewayConnectionHandler adapter,
        IConnectionAuthenticator authenticator,
        RetainedStore retained,
        SessionStore sessions,
        CloudOptions options,
        TimeProvider time,
        ILogger<MqttBroker> logger)
    {
        _authenticator = authenticator;
        _retained = retained;
        _budget = new OutboundBudget(options.MaxQueuedBytes > 0 ? options.MaxQueuedBytes : DefaultQueuedBytes());
        _losses = new LossLog(time, logger);
        _store = sessions;
        _store.Dropped = client => _losses.Add(client, LossLog.QueueFull);
        _sessions = new ClientSessions(_store, _index, authenticator, options);
        _wills = new LastWills(PublishWillAsync, time);
        _events = new LifecycleEvents(message => _disposed ? Task.CompletedTask : PublishAsync(message), logger);
        _options = options;
        _time = time;
        _logger = logger;
        MqttServerOptions serverOptions = new MqttServerOptionsBuilder()
            .WithoutDefaultEndpoint()
            .WithDefaultCommunicationTimeout(TimeSpan.FromSeconds(GatewayLimits.CommunicationTimeoutSeconds))

            // OutboundQueue bounds what MQTTnet is given.
            .WithMaxPendingMessagesPerClient(int.MaxValue)
            .Build();
        _server = new MqttServer(serverOptions, [adapter], new MqttNetNullLogger());
        _server.ValidatingConnectionAsync += OnValidatingConnectionAsync;
        _server.InterceptingPublishAsync += OnPublishAsync;
        _server.InterceptingSubscriptionAsync += OnSubscribingAsync;
        _server.ClientSubscribedTopicAsync += OnSubscribedAsync;
        _server.InterceptingUnsubscriptionAsync += OnUnsubscribingAsync;
        _server.ClientConnectedAsync += OnConnectedAsync;
        _server.ClientDisconnectedAsync += OnDisconnectedAsync;
        _server.ClientAcknowledgedPublishPacketAsync += OnAcknowledgedAsync;
    }

    /// <inheritdoc/>
    public event Action<string>? Changed;

    /// <inheritdoc/>
    public Func<RuleMessage, CancellationToken, Task>? Rules { get; set; }

    /// <inheritdoc/>
    public int ConnectedCount => Volatile.Read(ref _connectedCount);

    /// <summary>Bytes of messages that are in memory for connections: in flight, waiting, not written.</summary>
    public long QueuedBytes => _budget.Used;

    private long NowMilliseconds => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public void AddHandler(IMessageHandler handler) => _handlers.Add(handler);

    /// <summary>Takes up sessions from before a restart and begins to take connections.</summary>
    /// <returns>The task.</returns>
    public async Task StartAsync()
    {
        await _sessions.LoadAsync().ConfigureAwait(false);
        await _server.StartAsync().ConfigureAwait(false);
        _isStarted = true;
        _sweeper = Task.Run(SweepAsync);
    }

    /// <inheritdoc/>
    public bool IsConnected(string clientId) => _sessions.Find(clientId)?.IsConnected == true;

    /// <inheritdoc/>
    public ConnectionStatus? StatusOf(string clientId) => _statuses.GetValueOrDefault(clientId);

    /// <inheritdoc/>
    public Task DisconnectAsync(string clientId) => EndAsync(clientId, DisconnectReasons.ServerInitiated);

    /// <inheritdoc/>
    public Task DisconnectCertificateAsync(string certificateId) =>
        EndAllAsync(session => session.Identity.CertificateId == certificateId);

    /// <inheritdoc/>
    public Task DisconnectUserAsync(string userName)
    {
        string actor = "user/" + userName;
        return EndAllAsync(session => session.Identity.Actor == actor);
    }

    /// <inheritdoc/>
    public async Task DeleteUserSessionsAsync(string userName)
    {
        string actor = "user/" + userName;
        foreach (ClientSession session in _sessions.All.Where(session => session.Identity.Actor == actor).ToArray())
        {
            await _sessions.ClearAsync(session).ConfigureAwait(false);
            _wills.Cancel(session.ClientId);
        }

        await DisconnectUserAsync(userName).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteConnectionAsync(string clientId, bool clearsSession, bool preventsWill)
    {
        bool wasConnected = IsConnected(clientId);
        ClientSession? session = _sessions.Find(clientId);
        if (clearsSession && session is not null)
        {
            await _sessions.ClearAsync(session).ConfigureAwait(false);
            if (preventsWill)
            {
                _wills.Cancel(clientId);
            }
            else
            {
                await _wills.ReleaseAsync(clientId).ConfigureAwait(false);
            }
        }

        if (wasConnected)
        {
            session!.PreventsWill = preventsWill;

            await EndAsync(clientId, DisconnectReasons.ServerInitiated).ConfigureAwait(false);
        }

        return wasConnected;
    }

    /// <inheritdoc/>
    public async Task PublishAsync(BusMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        await PublishAsync(new RuleMessage(message), null, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task PublishFromClientAsync(BusMessage message, string? certificateId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        await HandleAsync(new ClientMessage(PublishTopics.ThingOf(message.Topic) ?? string.Empty, message.Topic, message.Payload) { CertificateId = certificateId }, cancellationToken).ConfigureAwait(false);
        if (!PublishTopics.IsPrivate(message.Topic))
        {
            await PublishAsync(new RuleMessage(message, null, certificateId ?? Actor.Current), null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _end.CancelAsync().ConfigureAwait(false);
        await _sweeper.ConfigureAwait(false);
        if (_isStarted)
        {
            _isStarted = false;
            await _server.StopAsync().ConfigureAwait(false);
        }

        await _wills.DisposeAsync().ConfigureAwait(false);
        _server.Dispose();
        _index.Dispose();
        _end.Dispose();
    }

    private Task EndAllAsync(Func<ClientSession, bool> condition) => Task.WhenAll(_sessions.All
        .Where(session => session.Adapter is not null && condition(session))
        .Select(session => EndAsync(session.ClientId, DisconnectReasons.AuthError)));

    private static long DefaultQueuedBytes()
    {
        const long least = 64L * 1024 * 1024;
        const int part = 8;
        return Math.Max(least, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / part);
    }

    private static ClientSession? SessionOf(IDictionary items) => items[StateItem] as ClientSession;

    private Task EndAsync(string clientId, string reason)
    {
        if (_sessions.Find(clientId)?.Adapter is not GatewayChannelAdapter adapter)
        {
            return Task.CompletedTask;
        }

        adapter.EndReason ??= reason;
        return _server.DisconnectClientAsync(clientId, new MqttServerClientDisconnectOptions
        {
            ReasonCode = reason == DisconnectReasons.AuthError ? MqttDisconnectReasonCode.NotAuthorized : MqttDisconnectReasonCode.AdministrativeAction,
        });
    }

    /// <summary>Ends a connection when the credential that it was opened with expires.</summary>
    private async Task EndAtExpiryAsync(string clientId, GatewayChannelAdapter adapter, long expires)
    {
        CancellationToken closed = adapter.Connection.ConnectionClosed;
        bool hasExpired = await CredentialExpiry.WaitAsync(expires, _time, closed).ConfigureAwait(false);
        if (!hasExpired || _sessions.Find(clientId)?.Adapter != adapter)
        {
            return;
        }

        try
        {
            await EndAsync(clientId, DisconnectReasons.AuthError).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            LogGone(clientId);
        }
    }

    private async Task HandleAsync(ClientMessage message, CancellationToken cancellationToken)
    {
        foreach (IMessageHandler handler in _handlers)
        {
            try
            {
                await handler.HandleAsync(message, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!TransientFailure.Is(exception))
            {
                LogHandlerFailed(exception, message.Topic, message.Payload.Length, message.ThingName, handler.GetType().Name);
            }
        }
    }

    private async Task PublishAsync(RuleMessage incoming, ClientSession? sender, CancellationToken cancellationToken)
    {
        BusMessage message = incoming.Message;
        await RunRulesAsync(incoming, cancellationToken).ConfigureAwait(false);
        if (message.Topic.StartsWith(RuleEngine.BasicIngest, StringComparison.Ordinal))
        {
            // Basic Ingest: for the rule alone.
            return;
        }

        if (message.Retain)
        {
            await _retained.SaveAsync(message, cancellationToken).ConfigureAwait(false);
        }

        await RouteAsync(message, sender, cancellationToken).ConfigureAwait(false);
    }

    private async Task RunRulesAsync(RuleMessage incoming, CancellationToken cancellationToken)
    {
        if (Rules is null)
        {
            return;
        }

        try
        {
            await Rules(incoming, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!TransientFailure.Is(exception))
        {
            LogRulesFailed(exception, incoming.Message.Topic, incoming.Message.Payload.Length);
        }
    }

    private Task RouteAsync(BusMessage message, ClientSession? sender, CancellationToken cancellationToken)
    {
        var matches = new Dictionary<DeliveryTarget, int>(ReferenceEqualityComparer.Instance);
        _index.Match(message.Topic, matches);
        if (matches.Count == 0)
        {
            return Task.CompletedTask;
        }

        List<(ClientSession Session, bool Retain)>? stored = null;
        var outbound = new OutboundMessage(message, _time);
        foreach ((DeliveryTarget target, int granted) in matches)
        {
            if (target.Choose(message.Topic) is not ClientSession session)
            {
                continue;
            }

            (bool isExcluded, bool retain) = Look(session, message, ReferenceEquals(session, sender));
            if (isExcluded)
            {
                continue;
            }

            int qos = Math.Min(granted, message.Qos);
            if (qos == 1 && session.IsPersistent)
            {
                (stored ??= []).Add((session, retain));
                continue;
            }

            Send(session, outbound, qos, retain);
        }

        return stored is null ? Task.CompletedTask : _store.AddAsync(outbound, stored, cancellationToken);
    }

    private void Send(ClientSession session, OutboundMessage message, int qos, bool retain)
    {
        switch (session.Send(message, qos, retain))
        {
            case SendResult.Dropped:
                _losses.Add(session.ClientId, LossLog.SlowReader);
                break;
            case SendResult.QueueFull:
                EndFull(session);
                break;
            case SendResult.NotConnected:
                LogNotDelivered(message.Message.Topic, session.ClientId);
                break;
        }

        if (_budget.IsExceeded && _sessions.All.MaxBy(item => item.QueuedBytes) is { QueuedBytes: > 0 } largest)
        {
            // All together have too much: the connection that has most makes room.
            EndFull(largest);
        }
    }

    /// <summary>Ends a connection whose client does not take what it subscribed to.</summary>
    private void EndFull(ClientSession session)
    {
        long bytes = session.QueuedBytes;
        session.StopSending();
        if (session.Adapter is GatewayChannelAdapter { EndReason: null } adapter)
        {
            LogQueueFull(session.ClientId, bytes);
            adapter.EndReason = DisconnectReasons.Throttled;
            _ = CutAsync(session.ClientId, adapter);
        }
    }

    /// <summary>Ends a connection that perhaps reads nothing any more: with a DISCONNECT if it takes one, and then without.</summary>
    private async Task CutAsync(string clientId, GatewayChannelAdapter adapter)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(GatewayLimits.EndTimeoutSeconds), _time);
        CancellationTokenRegistration cut = end.Token.Register(adapter.Connection.Abort);
        await using (cut.ConfigureAwait(false))
        {
            try
            {
                await _server.DisconnectClientAsync(clientId, new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.QuotaExceeded }).ConfigureAwait(false);
            }
            catch (InvalidOperationException)
            {
                LogGone(clientId);
            }

            await adapter.Ended.ConfigureAwait(false);
        }
    }

    /// <summary>What MQTT 5's subscription options make of a message; most sessions have none, and then nothing is looked at.</summary>
    private static (bool IsExcluded, bool Retain) Look(ClientSession session, BusMessage message, bool isOwn)
    {
        if (!session.HasOptions || !(isOwn || message.Retain))
        {
            return (false, false);
        }

        Subscription[] matching = [.. session.Subscriptions.Where(item => TopicFilter.Matches(item.Key, message.Topic)).Select(item => item.Value)];
        return (isOwn && matching.Length > 0 && matching.All(item => item.NoLocal), message.Retain && matching.Any(item => item.RetainAsPublished));
    }

    private async Task OnValidatingConnectionAsync(ValidatingConnectionEventArgs args)
    {
        var adapter = (GatewayChannelAdapter)args.ChannelAdapter;
        string? refusal = args.ClientId.Length == 0 && string.IsNullOrEmpty(args.AssignedClientIdentifier) ? "client ID is empty"
            : args.ClientId.Length - adapter.ClientIdPrefix.Length > GatewayLimits.MaxClientIdCharacters ? "client ID is longer than 128 characters"
            : args.ClientId.StartsWith('$') || args.ClientId.AsSpan().ContainsAny(['\0', '\uFFFD']) ? "client ID starts with '$', or contains NUL or a character that is not valid UTF-8"
            : null;
        ClientIdentity? identity = null;
        if (refusal is null)
        {
            IPAddress? address = (args.RemoteEndPoint as IPEndPoint)?.Address;
            (identity, refusal) = await _authenticator.AuthenticateAsync(args.ClientId, args.ClientCertificate, address, adapter.Connection.GetHttpContext(), adapter.ConnectDetails).ConfigureAwait(false);
        }

        if (identity is null)
        {
            args.ReasonCode = refusal.StartsWith("client ID", StringComparison.Ordinal) ? MqttConnectReasonCode.ClientIdentifierNotValid : MqttConnectReasonCode.NotAuthorized;
            LogRefused(args.ClientId, args.RemoteEndPoint?.ToString(), refusal);
            return;
        }

        if (!await _connections.TakeAsync(args.ClientId, adapter, () => DisplaceAsync(args.ClientId)).ConfigureAwait(false))
        {
            args.ReasonCode = MqttConnectReasonCode.ServerUnavailable;
            return;
        }

        // MQTT 3.1.1 has no expiry: a session that is not clean lasts an hour, as AWS's default; MQTT 5's says itself, up to the service's limit.
        uint expiry = adapter.IsVersion5 ? Math.Min(adapter.SessionExpirySeconds, _options.MaxSessionExpirySeconds) : adapter.IsCleanSession ? 0 : DefaultExpirySeconds;
        adapter.SessionExpirySeconds = expiry;
        args.SessionItems[AdapterItem] = adapter;
        ClientSession session = await OpenAsync(args.ClientId, identity, adapter, expiry).ConfigureAwait(false);
        adapter.MessageSent = session.OnSent;
        args.SessionItems[StateItem] = session;
    }

    private async Task DisplaceAsync(string clientId)
    {
        try
        {
            await _server.DisconnectClientAsync(clientId, new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.SessionTakenOver }).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // It is gone already, or not yet MQTTnet's.
            return;
        }
    }

    private async Task<ClientSession> OpenAsync(string clientId, ClientIdentity identity, GatewayChannelAdapter adapter, uint expiry)
    {
        ClientSession session = await _sessions.OpenAsync(clientId, identity, adapter, expiry).ConfigureAwait(false);
        if (adapter.IsSessionPresent)
        {
            _wills.Cancel(clientId);
        }
        else
        {
            await _wills.ReleaseAsync(clientId).ConfigureAwait(false);
        }

        return session;
    }

    private async Task OnConnectedAsync(ClientConnectedEventArgs args)
    {
        if (SessionOf(args.SessionItems) is not ClientSession session)
        {
            return;
        }

        if (session is { Identity.Expires: long expires, Adapter: GatewayChannelAdapter own })
        {
            _ = EndAtExpiryAsync(args.ClientId, own, expires);
        }

        session.Attach(await _server.GetSessionAsync(args.ClientId).ConfigureAwait(false), _budget, session.Adapter?.ReceiveWindow ?? GatewayLimits.MaxInflight);
        Interlocked.Increment(ref _connectedCount);
        int version = session.ConnectionCount++;
        long now = NowMilliseconds;
        _statuses[args.ClientId] = new ConnectionStatus(true, now, null);
        Changed?.Invoke(args.ClientId);
        await _events.ConnectedAsync(session, now, (args.RemoteEndPoint as IPEndPoint)?.Address.ToString(), version).ConfigureAwait(false);
        if (session.Adapter is { IsDisplaced: true } displaced)
        {
            // The newer one came before MQTTnet knew of this one, so nothing has ended it yet.
            displaced.Connection.Abort();
        }
    }

    private async Task OnDisconnectedAsync(ClientDisconnectedEventArgs args)
    {
        if (SessionOf(args.SessionItems) is not ClientSession session)
        {
            return;
        }

        // One whose CONNACK did not get through was never counted, nor told of.
        bool wasConnected = session.IsConnected;
        if (wasConnected)
        {
            Interlocked.Decrement(ref _connectedCount);
        }

        var adapter = args.SessionItems[AdapterItem] as GatewayChannelAdapter;
        string reason = adapter?.EndReason is string known ? known
            : args.DisconnectType == MqttClientDisconnectType.Clean ? DisconnectReasons.ClientInitiated
            : adapter is not null && Environment.TickCount64 - adapter.LastReceived >= adapter.KeepAliveSeconds * 1500L ? DisconnectReasons.KeepAliveTimeout
            : DisconnectReasons.ConnectionLost;
        if (adapter?.Violation is string violation)
        {
            LogViolation(args.ClientId, violation);
        }

        // A client's next connection waits for this to be over (ClientConnections), so the session is still this one's.
        long now = NowMilliseconds;
        _losses.End(args.ClientId);
        session.Detach();
        uint? expiry = adapter?.IsVersion5 == true && adapter.DisconnectExpirySeconds is uint seconds ? seconds : null;
        await _sessions.CloseAsync(session, expiry, !_disposed).ConfigureAwait(false);
        _statuses[args.ClientId] = new ConnectionStatus(false, now, reason);
        Changed?.Invoke(args.ClientId);
        if (adapter?.Will is LastWill will && !adapter.IsCleanEnd && !session.PreventsWill)
        {
            await _wills.OnEndedAsync(session, will, sessionEnds: !session.IsPersistent).ConfigureAwait(false);
        }

        if (wasConnected)
        {
            await _events.DisconnectedAsync(session, now, reason, session.ConnectionCount - 1).ConfigureAwait(false);
        }
    }

    private async Task OnPublishAsync(InterceptingPublishEventArgs args)
    {
        args.ProcessPublish = false;
        MqttApplicationMessage message = args.ApplicationMessage;
        ClientSession? session = SessionOf(args.SessionItems);
        if (session is null)
        {
            return;
        }

        if (IsRefused(session, message.Topic, message.Payload.Length, message.Retain))
        {
            args.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            args.CloseConnection = true;
            return;
        }

        await session.Rate.WaitAsync(_options.MaxPublishesPerSecond, args.CancellationToken).ConfigureAwait(false);

        // MQTTnet's buffer is its own again when this returns.
        BusMessage bus = MqttMessages.Read(message, NowMilliseconds);
        if (!await AcceptAsync(session, bus, args.CancellationToken).ConfigureAwait(false))
        {
            args.Response.ReasonCode = MqttPubAckReasonCode.UnspecifiedError;
            args.CloseConnection = true;
        }
    }

    private async Task PublishWillAsync(ClientSession session, LastWill will)
    {
        if (!IsRefused(session, will.Topic, will.Payload.Length, will.Retain))
        {
            await AcceptAsync(session, will.ToMessage(NowMilliseconds), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a client may not publish this, and why; its connection is then to be closed.</summary>
    private bool IsRefused(ClientSession session, string topic, long size, bool retain)
    {
        string? violation = PublishTopics.Check(topic);
        string? refusal = violation
            ?? (size > GatewayLimits.MaxPayloadBytes ? "the payload is larger than 128 KB"
            : !session.Identity.IsAllowed(PolicyAction.Publish, topic) ? "iot:Publish is not allowed"
            : retain && !session.Identity.IsAllowed(PolicyAction.RetainPublish, topic) ? "iot:RetainPublish is not allowed"
            : null);
        if (refusal is null)
        {
            return false;
        }

        LogPublishRefused(session.ClientId, topic, refusal);
        if (session.Adapter is GatewayChannelAdapter adapter)
        {
            adapter.EndReason ??= violation is null ? DisconnectReasons.AuthError : DisconnectReasons.ClientError;
        }

        return true;
    }

    /// <summary>Hands a client's message to the handlers and routes it.</summary>
    /// <returns>
    /// Whether the message may be acknowledged: it is durable where it must be, or it is one that never will be. A message that
    /// fails for a reason that passes is not acknowledged; its client sends it again on its next connection.
    /// </returns>
    private async Task<bool> AcceptAsync(ClientSession session, BusMessage message, CancellationToken cancellationToken)
    {
        try
        {
            string thing = PublishTopics.ThingOf(message.Topic) ?? session.Identity.Access?.Thing?.ThingName ?? string.Empty;

            // Who publishes, not whose topic it is: a user and another board may publish on a board's topics.
            Actor.Current = session.Identity.Access?.Thing is Registry.Thing sender ? "thing/" + sender.ThingName : session.Identity.Actor;
            var incoming = new ClientMessage(thing, message.Topic, message.Payload) { CertificateId = session.Identity.CertificateId, Reply = reply => Reply(session, reply) };
            await HandleAsync(incoming, cancellationToken).ConfigureAwait(false);
            if (PublishTopics.IsPrivate(message.Topic))
            {
                return true;
            }

            string? address = (session.Adapter?.RemoteEndPoint as IPEndPoint)?.Address.ToString();
            await PublishAsync(new RuleMessage(message, session.ClientId, session.Identity.CertificateId ?? session.Identity.Actor, address), session, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (!TransientFailure.Is(exception))
        {
            LogRejected(exception, session.ClientId, message.Topic, message.Payload.Length);
            return true;
        }
        catch (Exception exception)
        {
            LogNotStored(exception, session.ClientId, message.Topic);
            if (session.Adapter is GatewayChannelAdapter adapter)
            {
                adapter.EndReason ??= DisconnectReasons.ServerError;
            }

            return false;
        }
    }

    private void Reply(ClientSession session, BusMessage message)
    {
        if (session.Subscriptions.Keys.Any(filter => TopicFilter.Matches(filter, message.Topic)) && session.Choose(message.Topic) is not null
)
        {
            Send(session, new OutboundMessage(message, _time), 1, false);
        }
    }

    private Task OnSubscribingAsync(InterceptingSubscriptionEventArgs args)
    {
        ClientSession? session = SessionOf(args.SessionItems);
        string filter = GatewayChannelAdapter.RestoreShare(args.TopicFilter.Topic);
        string? violation = session is null ? "the client has no session"
            : TopicFilter.CheckFilter(filter)
            ?? (session.Subscriptions.Count >= GatewayLimits.MaxSubscriptions && !session.Subscriptions.ContainsKey(filter) ? "the client has more than 50 subscriptions" : null);
        if (violation is not null || !session!.Identity.MaySubscribe(filter))
        {
            LogSubscribeRefused(args.ClientId, filter, violation ?? "iot:Subscribe is not allowed");
            args.ProcessSubscription = false;
            args.Response.ReasonCode = violation is null ? MqttSubscribeReasonCode.NotAuthorized : MqttSubscribeReasonCode.UnspecifiedError;
            if (violation is not null && session?.Adapter is GatewayChannelAdapter adapter)
            {
                adapter.EndReason ??= DisconnectReasons.ClientError;
                args.CloseConnection = true;
            }

            return Task.CompletedTask;
        }

        if (args.TopicFilter.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce)
        {
            args.TopicFilter.QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce;
        }

        return Task.CompletedTask;
    }

    private async Task OnSubscribedAsync(ClientSubscribedTopicEventArgs args)
    {
        if (SessionOf(args.SessionItems) is not ClientSession session)
        {
            return;
        }

        MqttTopicFilter filter = args.TopicFilter;
        string topic = GatewayChannelAdapter.RestoreShare(filter.Topic);
        bool isNew = !session.Subscriptions.ContainsKey(topic);
        await _sessions.SubscribeAsync(session, topic, new Subscription(Math.Min((int)filter.QualityOfServiceLevel, 1), filter.NoLocal, filter.RetainAsPublished)).ConfigureAwait(false);

        // As MQTT 5 says, and AWS: a shared subscription gets no retained messages.
        if (topic == filter.Topic
            && (filter.RetainHandling == MqttRetainHandling.SendAtSubscribe || (filter.RetainHandling == MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly && isNew)))
        {
            await SendRetainedAsync(session, filter.Topic, Math.Min((int)filter.QualityOfServiceLevel, 1)).ConfigureAwait(false);
        }

        await _events.SubscribedAsync(session, NowMilliseconds, topic).ConfigureAwait(false);
    }

    private async Task SendRetainedAsync(ClientSession session, string filter, int qos)
    {
        if (qos == 0 || !session.IsPersistent)
        {
            session.SendRetained(new RetainedCursor(_retained, filter, qos, topic => session.Choose(topic) is not null, _time));
            return;
        }

        var cursor = new RetainedCursor(_retained, filter, qos, topic => session.Choose(topic) is not null, _time);
        while (cursor.Next() is OutboundMessage message)
        {
            if (message.Message.Qos == 1)
            {
                await _store.AddAsync(message, [(session, true)], CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                Send(session, message, 0, true);
            }
        }
    }

    private async Task OnUnsubscribingAsync(InterceptingUnsubscriptionEventArgs args)
    {
        string topic = GatewayChannelAdapter.RestoreShare(args.Topic);
        if (SessionOf(args.SessionItems) is not ClientSession session || !await _sessions.UnsubscribeAsync(session, topic).ConfigureAwait(false))
        {
            return;
        }

        args.Response.ReasonCode = MqttUnsubscribeReasonCode.Success;
        await _events.UnsubscribedAsync(session, NowMilliseconds, topic).ConfigureAwait(false);
    }

    private Task OnAcknowledgedAsync(ClientAcknowledgedPublishPacketEventArgs args)
    {
        SessionOf(args.SessionItems)?.OnAcknowledged(args.PublishPacket.PacketIdentifier);
        return Task.CompletedTask;
    }

    /// <summary>Ends sessions whose time is over.</summary>
    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(s_sweepInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                await EndExpiredAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
            return;
        }
    }

    private async Task EndExpiredAsync()
    {
        foreach (ClientSession session in await _sessions.EndExpiredAsync().ConfigureAwait(false))
        {
            await _wills.ReleaseAsync(session.ClientId).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "connect refused: client {ClientId} from {EndPoint}: {Reason}")]
    private partial void LogRefused(string clientId, string? endPoint, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "publish refused, connection closed: {ClientId} on {Topic}: {Reason}")]
    private partial void LogPublishRefused(string clientId, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "connection closed: {ClientId}: {Violation}")]
    private partial void LogViolation(string clientId, string violation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "subscribe refused: {ClientId} to {Filter}: {Reason}")]
    private partial void LogSubscribeRefused(string clientId, string filter, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "message not stored, connection closed: {ClientId} on {Topic}")]
    private partial void LogNotStored(Exception exception, string clientId, string topic);

    [LoggerMessage(Level = LogLevel.Error, Message = "message acknowledged but not processed: {ClientId} on {Topic} ({Bytes} bytes): reason processing-failed")]
    private partial void LogRejected(Exception exception, string clientId, string topic, int bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "message rejected by {Handler}: {Topic} ({Bytes} bytes) of thing '{Thing}': reason handler-failed")]
    private partial void LogHandlerFailed(Exception exception, string topic, int bytes, string thing, string handler);

    [LoggerMessage(Level = LogLevel.Error, Message = "rules failed on a message: {Topic} ({Bytes} bytes): reason rules-failed")]
    private partial void LogRulesFailed(Exception exception, string topic, int bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "connection closed: {ClientId} does not read or acknowledge its messages; {Bytes} bytes are queued: reason queue-full")]
    private partial void LogQueueFull(string clientId, long bytes);

    [LoggerMessage(Level = LogLevel.Debug, Message = "already disconnected: {ClientId}")]
    private partial void LogGone(string clientId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "not delivered: {Topic} to {Client}")]
    private partial void LogNotDelivered(string topic, string client);
}
