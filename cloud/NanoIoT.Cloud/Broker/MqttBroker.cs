using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.AspNetCore;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Registry;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// The device gateway: MQTTnet speaks the protocol, this decides who may connect, publish and subscribe, hands messages to
/// their handlers before they are acknowledged, and routes them by its own index (<see cref="TopicIndex{T}"/>).
/// </summary>
public sealed partial class MqttBroker : IMessageBus, IConnectivity, IAsyncDisposable
{
    private const int MaxPayloadBytes = 128 * 1024;
    private const int MaxTopicBytes = 256;
    private const int MaxSubscriptions = 50;
    private const int MaxPendingMessages = 1000;
    private const string SubscriberItem = "nanoiot.subscriber";

    private readonly TopicIndex<Subscriber> _index = new();
    private readonly ConcurrentDictionary<string, Subscriber> _connected = new(StringComparer.Ordinal);
    private readonly IRegistry _registry;
    private readonly TopicAuthorizer _authorizer;
    private readonly RetainedStore _retained;
    private readonly ILogger<MqttBroker> _logger;
    private readonly MqttServer _server;
    private readonly List<IMessageHandler> _handlers = [];
    private bool _isStarted;
    private bool _disposed;

    /// <summary>Creates the broker.</summary>
    /// <param name="adapter">Where connections come from.</param>
    /// <param name="registry">Whose certificate is whose.</param>
    /// <param name="authorizer">Who may what.</param>
    /// <param name="retained">Retained messages.</param>
    /// <param name="logger">The log.</param>
    public MqttBroker(MqttConnectionHandler adapter, IRegistry registry, TopicAuthorizer authorizer, RetainedStore retained, ILogger<MqttBroker> logger)
    {
        _registry = registry;
        _authorizer = authorizer;
        _retained = retained;
        _logger = logger;
        MqttServerOptions options = new MqttServerOptionsBuilder()
            .WithoutDefaultEndpoint()
            .WithMaxPendingMessagesPerClient(MaxPendingMessages)
            .Build();
        _server = new MqttServer(options, [adapter], new MqttNetNullLogger());
        _server.ValidatingConnectionAsync += OnValidatingConnectionAsync;
        _server.InterceptingPublishAsync += OnPublishAsync;
        _server.InterceptingSubscriptionAsync += OnSubscribingAsync;
        _server.ClientSubscribedTopicAsync += OnSubscribedAsync;
        _server.ClientUnsubscribedTopicAsync += OnUnsubscribedAsync;
        _server.ClientConnectedAsync += OnConnectedAsync;
        _server.ClientDisconnectedAsync += OnDisconnectedAsync;
        _server.LoadingRetainedMessageAsync += OnLoadingRetainedAsync;
    }

    /// <inheritdoc/>
    public int ConnectedCount => _connected.Count;

    /// <summary>Adds a handler; all are added before the start.</summary>
    /// <param name="handler">The handler.</param>
    public void AddHandler(IMessageHandler handler) => _handlers.Add(handler);

    /// <summary>Begins to take connections.</summary>
    /// <returns>The task.</returns>
    public async Task StartAsync()
    {
        await _server.StartAsync().ConfigureAwait(false);
        _isStarted = true;
    }

    /// <inheritdoc/>
    public bool IsConnected(string thingName) => _connected.ContainsKey(thingName);

    /// <inheritdoc/>
    public Task DisconnectAsync(string thingName) => _connected.ContainsKey(thingName)
        ? _server.DisconnectClientAsync(thingName, MqttDisconnectReasonCode.AdministrativeAction)
        : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task PublishAsync(BusMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Retain)
        {
            await _retained.SaveAsync(message, cancellationToken).ConfigureAwait(false);
            if (_isStarted)
            {
                await _server.UpdateRetainedMessageAsync(Create(message, (MqttQualityOfServiceLevel)message.Qos, true)).ConfigureAwait(false);
            }
        }

        Route(message);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_isStarted)
        {
            _isStarted = false;
            await _server.StopAsync().ConfigureAwait(false);
        }

        _server.Dispose();
        _index.Dispose();
    }

    private static MqttApplicationMessage Create(BusMessage message, MqttQualityOfServiceLevel qos, bool retain) => new()
    {
        Topic = message.Topic,
        Payload = new ReadOnlySequence<byte>(message.Payload),
        QualityOfServiceLevel = qos,
        Retain = retain,
    };

    private void Route(BusMessage message)
    {
        var matches = new Dictionary<Subscriber, int>(ReferenceEqualityComparer.Instance);
        _index.Match(message.Topic, matches);
        if (matches.Count == 0)
        {
            return;
        }

        var byQos = new MqttApplicationMessage?[2];
        foreach ((Subscriber subscriber, int granted) in matches)
        {
            int qos = Math.Min(granted, message.Qos);
            MqttApplicationMessage outgoing = byQos[qos] ??= Create(message, (MqttQualityOfServiceLevel)qos, false);
            if (subscriber.Session is not MqttSessionStatus session || !session.TryEnqueueApplicationMessage(outgoing, out _))
            {
                LogNotDelivered(message.Topic, subscriber.ThingName);
            }
        }
    }

    private Task OnLoadingRetainedAsync(LoadingRetainedMessagesEventArgs args)
    {
        args.LoadedRetainedMessages = [.. _retained.Load()];
        return Task.CompletedTask;
    }

    private Task OnValidatingConnectionAsync(ValidatingConnectionEventArgs args)
    {
        X509Certificate2? certificate = args.ClientCertificate;
        string? thing = certificate is null ? null : _registry.FindThingOfCertificate(CertificateAuthority.CertificateIdOf(certificate));
        if (thing is null)
        {
            args.ReasonCode = MqttConnectReasonCode.NotAuthorized;
            LogRefused(args.ClientId, args.RemoteEndPoint?.ToString(), certificate is null ? "no client certificate" : "certificate is not active or not attached to a thing");
        }
        else if (args.ClientId != thing)
        {
            args.ReasonCode = MqttConnectReasonCode.NotAuthorized;
            LogRefused(args.ClientId, args.RemoteEndPoint?.ToString(), $"the certificate is of {thing}");
        }
        else
        {
            args.SessionItems[SubscriberItem] = new Subscriber(thing);
        }

        return Task.CompletedTask;
    }

    private async Task OnPublishAsync(InterceptingPublishEventArgs args)
    {
        args.ProcessPublish = false;
        MqttApplicationMessage message = args.ApplicationMessage;
        string? refusal = !TopicAuthorizer.MayPublish(args.ClientId, message.Topic) ? "not its topic"
            : message.Payload.Length > MaxPayloadBytes ? "payload over 128 KB"
            : System.Text.Encoding.UTF8.GetByteCount(message.Topic) > MaxTopicBytes ? "topic over 256 bytes"
            : message.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce ? "QoS 2"
            : null;
        if (refusal is not null)
        {
            LogPublishRefused(args.ClientId, message.Topic, refusal);
            args.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            args.CloseConnection = true;
            return;
        }

        // MQTTnet's buffer is its own again when this returns.
        var bus = new BusMessage(message.Topic, message.Payload.ToArray(), (int)message.QualityOfServiceLevel, message.Retain);
        try
        {
            var incoming = new ClientMessage(args.ClientId, bus.Topic, bus.Payload);
            foreach (IMessageHandler handler in _handlers)
            {
                await handler.HandleAsync(incoming, args.CancellationToken).ConfigureAwait(false);
            }

            await PublishAsync(bus, args.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Not stored, so not acknowledged: the device sends it again on its next connection.
            LogHandlerFailed(exception, args.ClientId, message.Topic);
            args.Response.ReasonCode = MqttPubAckReasonCode.UnspecifiedError;
            args.CloseConnection = true;
        }
    }

    private Task OnSubscribingAsync(InterceptingSubscriptionEventArgs args)
    {
        Subscriber? subscriber = SubscriberOf(args.SessionItems);
        if (subscriber is null || subscriber.Filters.Count >= MaxSubscriptions || !_authorizer.MaySubscribe(subscriber.ThingName, args.TopicFilter.Topic))
        {
            LogSubscribeRefused(args.ClientId, args.TopicFilter.Topic);
            args.ProcessSubscription = false;
            args.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
            return Task.CompletedTask;
        }

        if (args.TopicFilter.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce)
        {
            args.TopicFilter.QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce;
        }

        subscriber.Session = args.Session;
        return Task.CompletedTask;
    }

    private Task OnSubscribedAsync(ClientSubscribedTopicEventArgs args)
    {
        if (SubscriberOf(args.SessionItems) is Subscriber subscriber)
        {
            MqttTopicFilter filter = args.TopicFilter;
            subscriber.Filters.TryAdd(filter.Topic, true);
            _index.Add(filter.Topic, subscriber, Math.Min((int)filter.QualityOfServiceLevel, 1));
        }

        return Task.CompletedTask;
    }

    private Task OnUnsubscribedAsync(ClientUnsubscribedTopicEventArgs args)
    {
        if (SubscriberOf(args.SessionItems) is Subscriber subscriber && subscriber.Filters.TryRemove(args.TopicFilter, out _))
        {
            _index.Remove(args.TopicFilter, subscriber);
        }

        return Task.CompletedTask;
    }

    private Task OnConnectedAsync(ClientConnectedEventArgs args)
    {
        if (SubscriberOf(args.SessionItems) is Subscriber subscriber)
        {
            _connected[args.ClientId] = subscriber;
        }

        return Task.CompletedTask;
    }

    private Task OnDisconnectedAsync(ClientDisconnectedEventArgs args)
    {
        if (SubscriberOf(args.SessionItems) is Subscriber subscriber)
        {
            // A newer connection of the same thing has a subscriber of its own, which stays.
            _connected.TryRemove(KeyValuePair.Create(args.ClientId, subscriber));
            foreach (string filter in subscriber.Filters.Keys)
            {
                _index.Remove(filter, subscriber);
            }
        }

        return Task.CompletedTask;
    }

    private static Subscriber? SubscriberOf(IDictionary items) => items[SubscriberItem] as Subscriber;

    [LoggerMessage(Level = LogLevel.Warning, Message = "connect refused: client {ClientId} from {EndPoint}: {Reason}")]
    private partial void LogRefused(string clientId, string? endPoint, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "publish refused, connection closed: {ClientId} on {Topic}: {Reason}")]
    private partial void LogPublishRefused(string clientId, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "subscribe refused: {ClientId} to {Filter}")]
    private partial void LogSubscribeRefused(string clientId, string filter);

    [LoggerMessage(Level = LogLevel.Error, Message = "message not stored, connection closed: {ClientId} on {Topic}")]
    private partial void LogHandlerFailed(Exception exception, string clientId, string topic);

    [LoggerMessage(Level = LogLevel.Debug, Message = "not delivered: {Topic} to {Thing}")]
    private partial void LogNotDelivered(string topic, string thing);

    private sealed class Subscriber(string thingName)
    {
        public string ThingName { get; } = thingName;

        public ConcurrentDictionary<string, bool> Filters { get; } = new(StringComparer.Ordinal);

        public MqttSessionStatus? Session { get; set; }
    }
}
