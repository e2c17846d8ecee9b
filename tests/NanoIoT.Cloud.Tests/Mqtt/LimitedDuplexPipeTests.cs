using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using MQTTnet.Adapter;
using MQTTnet.AspNetCore;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using NanoIoT.Cloud.Broker;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Mqtt;

[TestClass]
public sealed class LimitedDuplexPipeTests
{
    [TestMethod]
    public async Task What_ends_inside_a_packet_is_read_once_more_and_no_further()
    {
        foreach ((string kind, byte[] packet) in RawMqtt.EveryKind)
        {
            for (int length = 1; length < packet.Length; length++)
            {
                var pipe = new Pipe();
                await pipe.Writer.WriteAsync(packet.AsMemory(0, length)).ConfigureAwait(false);
                var reader = new CountingReader(pipe.Reader);
                IMqttChannelAdapter adapter = Create(reader);

                Task<MqttPacket> receiving = adapter.ReceivePacketAsync(CancellationToken.None);
                await pipe.Writer.CompleteAsync().ConfigureAwait(false);

                await Assert.ThrowsExactlyAsync<MqttCommunicationException>(() => receiving.WaitAsync(Wait.Limit)).ConfigureAwait(false);
                Assert.IsLessThanOrEqualTo(3, reader.Reads, $"{length} bytes of {kind}");
            }
        }
    }

    [TestMethod]
    public async Task Whole_packets_before_the_end_are_received()
    {
        var pipe = new Pipe();
        foreach (byte[] packet in RawMqtt.EveryKind.Values)
        {
            await pipe.Writer.WriteAsync(packet).ConfigureAwait(false);
        }

        await pipe.Writer.WriteAsync(RawMqtt.EveryKind["PUBLISH 1"].AsMemory(0, 5)).ConfigureAwait(false);
        await pipe.Writer.CompleteAsync().ConfigureAwait(false);
        IMqttChannelAdapter adapter = Create(new CountingReader(pipe.Reader));

        foreach (string kind in RawMqtt.EveryKind.Keys)
        {
            Assert.IsNotNull(await adapter.ReceivePacketAsync(CancellationToken.None).ConfigureAwait(false), kind);
        }

        await Assert.ThrowsExactlyAsync<MqttCommunicationException>(() => adapter.ReceivePacketAsync(CancellationToken.None).WaitAsync(Wait.Limit)).ConfigureAwait(false);
    }

    private static MqttConnectionContext Create(PipeReader reader)
    {
        var connection = new DefaultConnectionContext { Transport = new LimitedDuplexPipe(new DuplexPipe(reader, new Pipe().Writer)) };
        return new MqttConnectionContext(new MqttPacketFormatterAdapter(MqttProtocolVersion.V311, new MqttBufferWriter(4096, 65535)), connection);
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class CountingReader(PipeReader inner) : PipeReader
    {
        private const int Endless = 1000;

        public int Reads { get; private set; }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            ++Reads < Endless ? inner.ReadAsync(cancellationToken) : throw new InvalidOperationException("The reader is called endlessly.");

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
