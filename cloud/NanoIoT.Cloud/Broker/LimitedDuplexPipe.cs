using System.Buffers;
using System.IO.Pipelines;
using MQTTnet.Exceptions;

namespace NanoIoT.Cloud.Broker;

/// <summary>A connection's pipe that ends it when a packet grows beyond AWS IoT's limit: MQTTnet would wait for 256 MB.</summary>
internal sealed class LimitedDuplexPipe(IDuplexPipe inner) : IDuplexPipe
{
    public PipeReader Input { get; } = new LimitedReader(inner.Input);

    public PipeWriter Output => inner.Output;

    private sealed class LimitedReader(PipeReader inner) : PipeReader
    {
        private ReadOnlySequence<byte> _last;
        private bool _isTooLarge;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (_isTooLarge)
            {
                throw new MqttProtocolViolationException($"A packet is larger than {GatewayLimits.MaxPacketBytes} bytes.");
            }

            ReadResult result = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
            _last = result.Buffer;
            return result;
        }

        public override bool TryRead(out ReadResult result)
        {
            if (!inner.TryRead(out result))
            {
                return false;
            }

            _last = result.Buffer;
            return true;
        }

        // Nothing taken of so much: the packet that begins here is longer than it all.
        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            _isTooLarge = _last.Length > GatewayLimits.MaxPacketBytes && consumed.Equals(_last.Start);
            _last = default;
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
