using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;
using MQTTnet.Adapter;
using MQTTnet.AspNetCore;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using NanoIoT.Cloud.Identity.Policies;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// A connection as MQTTnet sees it, with AWS IoT's manners around it: limits that close it, keep-alive brought into its
/// range, and sessions that are ours (MQTTnet is told that each is new; CONNACK says what is true).
/// </summary>
internal sealed class GatewayChannelAdapter(MqttConnectionContext inner, ConnectionContext connection) : IMqttChannelAdapter
{
    private const string SharePrefix = "$share/";
    private const string ShareAlias = "$nanoiot-share/";

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _answersLeft = new(GatewayLimits.MaxUnansweredRequests);
    private bool _hasConnected;

    /// <summary>The connection of Kestrel.</summary>
    public ConnectionContext Connection => connection;

    /// <summary>What precedes the client id that a user asked for; empty for devices, whose client id is their own.</summary>
    public string ClientIdPrefix { get; private set; } = string.Empty;

    /// <summary>What CONNECT said of the session before MQTTnet was told otherwise.</summary>
    public bool IsCleanSession { get; private set; } = true;

    /// <summary>Seconds the session outlives the connection.</summary>
    public uint SessionExpirySeconds { get; set; }

    /// <summary>Whether the client speaks MQTT 5.</summary>
    public bool IsVersion5 => inner.PacketFormatterAdapter.ProtocolVersion == MqttProtocolVersion.V500;

    /// <summary>The client's last will, or null.</summary>
    public LastWill? Will { get; private set; }

    /// <summary>What CONNECT asks for, as policies see it.</summary>
    public ConnectDetails ConnectDetails => new(IsVersion5 ? SessionExpirySeconds > 0 : !IsCleanSession, Will?.Topic);

    /// <summary>Whether the client took its leave, and with it its will.</summary>
    public bool IsCleanEnd { get; private set; }

    /// <summary>Seconds the session goes on, where DISCONNECT said so.</summary>
    public uint? DisconnectExpirySeconds { get; private set; }

    /// <summary>Whether CONNACK says that a session goes on.</summary>
    public bool IsSessionPresent { get; set; }

    /// <summary>Whether a newer connection has its client id.</summary>
    public bool IsDisplaced { get; set; }

    /// <summary>Ends when nothing of the connection is left, its session's end included.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Why the connection is being ended, in AWS's words, or null.</summary>
    public string? EndReason { get; set; }

    /// <summary>QoS 1 messages that the client takes ahead of its acknowledgements.</summary>
    public int ReceiveWindow { get; private set; } = GatewayLimits.MaxInflight;

    /// <summary>Called when a QoS 0 message was written, or could not be.</summary>
    public Action? MessageSent { get; set; }

    /// <summary>What the client did that closes its connection, or null.</summary>
    public string? Violation { get; private set; }

    /// <summary>Seconds of keep-alive that hold.</summary>
    public int KeepAliveSeconds { get; private set; }

    /// <summary>When the last packet came, in <see cref="Environment.TickCount64"/>.</summary>
    public long LastReceived { get; private set; } = Environment.TickCount64;

    public long BytesReceived => inner.BytesReceived;

    public long BytesSent => inner.BytesSent;

    public X509Certificate2? ClientCertificate => inner.ClientCertificate;

    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    public bool IsSecureConnection => inner.IsSecureConnection;

    public MqttPacketFormatterAdapter PacketFormatterAdapter => inner.PacketFormatterAdapter;

    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    public void ResetStatistics() => inner.ResetStatistics();

    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        try
        {
            MqttPacket? packet = await inner.ReceivePacketAsync(cancellationToken).ConfigureAwait(false);
            LastReceived = Environment.TickCount64;
            if (IsAnswered(packet))
            {
                // Who does not read what is answered is not read either.
                await _answersLeft.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            switch (packet)
            {
                case MqttConnectPacket connect:
                    OnConnect(connect);
                    break;
                case MqttDisconnectPacket disconnect:
                    OnDisconnect(disconnect);
                    break;
                case MqttSubscribePacket { TopicFilters.Count: > GatewayLimits.MaxFiltersPerSubscribe }:
                    throw Violate("SUBSCRIBE has more than 8 topic filters");
                case MqttSubscribePacket subscribe:
                    foreach (MqttTopicFilter filter in subscribe.TopicFilters)
                    {
                        filter.Topic = HideShare(filter.Topic);
                    }

                    break;
                case MqttUnsubscribePacket unsubscribe:
                    unsubscribe.TopicFilters = [.. unsubscribe.TopicFilters.Select(HideShare)];
                    break;
                case MqttPublishPacket { QualityOfServiceLevel: MqttQualityOfServiceLevel.ExactlyOnce }:
                    throw Violate("QoS 2 is not supported");
                case MqttPubRecPacket or MqttPubRelPacket or MqttPubCompPacket:
                    throw Violate("PUBREC, PUBREL and PUBCOMP are not supported: they belong to QoS 2");
                case MqttPublishPacket { TopicAlias: > GatewayLimits.MaxTopicAlias }:
                    throw Violate($"the topic alias is larger than {GatewayLimits.MaxTopicAlias}");
                case MqttPublishPacket publish when publish.Payload.Length > GatewayLimits.MaxPayloadBytes:
                    throw Violate("the payload is larger than 128 KB");
                case MqttPublishPacket { UserProperties.Count: > GatewayLimits.MaxUserProperties }:
                    throw Violate("PUBLISH has more than 50 user properties");
                case MqttPublishPacket { Topic: null or "" } when !IsVersion5:
                    throw Violate("the topic is empty");
            }

            return packet;
        }
        catch (MqttProtocolViolationException exception)
        {
            EndReason ??= DisconnectReasons.ClientError;
            Violation ??= exception.Message;
            throw;
        }
    }

    public async Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        if (packet is MqttConnAckPacket { ReasonCode: MqttConnectReasonCode.Success } answer)
        {
            answer.IsSessionPresent = IsSessionPresent;
            answer.MaximumQoS = MqttQualityOfServiceLevel.AtLeastOnce;
            answer.MaximumPacketSize = GatewayLimits.MaxPacketBytes;
            answer.ReceiveMaximum = GatewayLimits.MaxInflight;
            answer.TopicAliasMaximum = GatewayLimits.MaxTopicAlias;
            answer.RetainAvailable = true;
            answer.WildcardSubscriptionAvailable = true;
            answer.SharedSubscriptionAvailable = true;
            answer.SubscriptionIdentifiersAvailable = false;
            answer.ServerKeepAlive = (ushort)KeepAliveSeconds;
            answer.SessionExpiryInterval = SessionExpirySeconds;
        }

        try
        {
            await inner.SendPacketAsync(packet, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            OnSent(packet);
        }
    }

    public void Dispose()
    {
        inner.Dispose();
        _answersLeft.Dispose();
    }

    /// <summary>Nothing of the connection is left.</summary>
    public void OnEnded() => _ended.TrySetResult();

    /// <summary>A filter as the client sent it: MQTTnet refuses shared subscriptions, so they pass it under another name.</summary>
    public static string RestoreShare(string filter) => filter.StartsWith(ShareAlias, StringComparison.Ordinal) ? string.Concat(SharePrefix, filter.AsSpan(ShareAlias.Length)) : filter;

    private static bool IsAnswered(MqttPacket? packet) =>
        packet is MqttPublishPacket { QualityOfServiceLevel: MqttQualityOfServiceLevel.AtLeastOnce } or MqttSubscribePacket or MqttUnsubscribePacket or MqttPingReqPacket;

    private void OnSent(MqttPacket packet)
    {
        switch (packet)
        {
            case MqttPubAckPacket or MqttSubAckPacket or MqttUnsubAckPacket or MqttPingRespPacket:
                _answersLeft.Release();
                break;
            case MqttPublishPacket { QualityOfServiceLevel: MqttQualityOfServiceLevel.AtMostOnce }:
                MessageSent?.Invoke();
                break;
        }
    }

    private string HideShare(string filter) => filter.StartsWith(SharePrefix, StringComparison.Ordinal) ? string.Concat(ShareAlias, filter.AsSpan(SharePrefix.Length))
        : filter.StartsWith(ShareAlias, StringComparison.Ordinal) ? throw Violate($"topic filters that start with '{ShareAlias}' are reserved") : filter;

    private MqttProtocolViolationException Violate(string what)
    {
        EndReason = DisconnectReasons.ClientError;
        return new MqttProtocolViolationException(what);
    }

    private void OnConnect(MqttConnectPacket packet)
    {
        if (_hasConnected)
        {
            throw Violate("the client sent a second CONNECT");
        }

        _hasConnected = true;
        if (UserClientIds.PrefixFor(connection.GetHttpContext()?.User) is string prefix && packet.ClientId is { Length: > 0 })
        {
            ClientIdPrefix = prefix;
            packet.ClientId = prefix + packet.ClientId;
        }

        IsCleanSession = packet.CleanSession;
        SessionExpirySeconds = packet.SessionExpiryInterval;
        KeepAliveSeconds = packet.KeepAlivePeriod == 0 ? GatewayLimits.MaxKeepAliveSeconds : Math.Clamp((int)packet.KeepAlivePeriod, GatewayLimits.MinKeepAliveSeconds, GatewayLimits.MaxKeepAliveSeconds);
        packet.KeepAlivePeriod = (ushort)KeepAliveSeconds;
        packet.CleanSession = true;
        if (packet.WillFlag && packet.WillQoS == MqttQualityOfServiceLevel.ExactlyOnce)
        {
            throw Violate("the will has QoS 2, which is not supported");
        }

        if (packet.WillMessage?.Length > GatewayLimits.MaxPayloadBytes)
        {
            throw Violate("the will's payload is larger than 128 KB");
        }

        ReceiveWindow = packet.ReceiveMaximum == 0 ? GatewayLimits.MaxInflight : Math.Min((int)packet.ReceiveMaximum, GatewayLimits.MaxInflight);
        Will = LastWill.Take(packet);
    }

    private void OnDisconnect(MqttDisconnectPacket packet)
    {
        IsCleanEnd = packet.ReasonCode != MqttDisconnectReasonCode.DisconnectWithWillMessage;
        if (packet.SessionExpiryInterval > 0)
        {
            DisconnectExpirySeconds = packet.SessionExpiryInterval;
        }
    }
}
