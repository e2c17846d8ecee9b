using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using MQTTnet.AspNetCore;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using NanoIoT.Cloud.Broker;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Mqtt;

[TestClass]
public sealed class GatewayChannelAdapterTests
{
    private readonly Pipe _input = new();
    private readonly Pipe _output = new(new PipeOptions(pauseWriterThreshold: 0));

    [TestMethod]
    public async Task A_client_whose_requests_are_not_answered_is_not_read()
    {
        using GatewayChannelAdapter adapter = Create();
        for (int i = 0; i < GatewayLimits.MaxUnansweredRequests + 1; i++)
        {
            await _input.Writer.WriteAsync(RawMqtt.EveryKind["PINGREQ"]).ConfigureAwait(false);
        }

        for (int i = 0; i < GatewayLimits.MaxUnansweredRequests; i++)
        {
            Assert.IsInstanceOfType<MqttPingReqPacket>(await adapter.ReceivePacketAsync(CancellationToken.None).WaitAsync(Wait.Limit).ConfigureAwait(false));
        }

        Task<MqttPacket?> next = adapter.ReceivePacketAsync(CancellationToken.None);
        Assert.IsFalse(next.IsCompleted);
        await adapter.SendPacketAsync(MqttPingRespPacket.Instance, CancellationToken.None).ConfigureAwait(false);
        Assert.IsInstanceOfType<MqttPingReqPacket>(await next.WaitAsync(Wait.Limit).ConfigureAwait(false));
    }

    [TestMethod]
    [DataRow((byte)0x50)]
    [DataRow((byte)0x62)]
    [DataRow((byte)0x70)]
    public async Task Packets_of_QoS_2_close_the_connection(byte first)
    {
        using GatewayChannelAdapter adapter = Create();

        await _input.Writer.WriteAsync(RawMqtt.Packet(first, [0, 1])).ConfigureAwait(false);

        await Assert.ThrowsExactlyAsync<MqttProtocolViolationException>(() => adapter.ReceivePacketAsync(CancellationToken.None)).ConfigureAwait(false);
    }

    private GatewayChannelAdapter Create()
    {
        var connection = new DefaultConnectionContext { Transport = new LimitedDuplexPipe(new DuplexPipe(_input.Reader, _output.Writer)) };
        var formatter = new MqttPacketFormatterAdapter(MqttProtocolVersion.V311, new MqttBufferWriter(4096, 65535));
        return new GatewayChannelAdapter(new MqttConnectionContext(formatter, connection), connection);
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
