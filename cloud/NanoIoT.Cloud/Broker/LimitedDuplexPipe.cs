using System.Buffers;
using System.IO.Pipelines;
using MQTTnet.Exceptions;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// A connection's pipe that ends the connection in two cases that MQTTnet does not see: a packet that grows beyond AWS IoT's
/// limit (MQTTnet waits for up to 256 MB), and a client that stops sending inside a packet (MQTTnet reads the same
/// bytes of the completed pipe again and again, on a full core).
/// </summary>
internal sealed class LimitedDuplexPipe(IDuplexPipe inner) : IDuplexPipe
{
    public PipeReader Input { get; } = new LimitedReader(inner.Input);

    public PipeWriter Output => inner.Output;

    private sealed class LimitedReader(PipeReader inner) : PipeReader
    {
        private ReadOnlySequence<byte> _last;
        private bool _isLast;
        private bool _isTooLarge;
        private bool _endsInsidePacket;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (_isTooLarge)
            {
                throw new MqttProtocolViolationException($"A packet is larger than {GatewayLimits.MaxPacketBytes} bytes.");
            }

            if (_endsInsidePacket)
            {
                throw new MqttCommunicationException("The client closed the connection inside a packet.");
            }

            return Remember(await inner.ReadAsync(cancellationToken).ConfigureAwait(false));
        }

        public override bool TryRead(out ReadResult result)
        {
            if (!inner.TryRead(out result))
            {
                return false;
            }

            Remember(result);
            return true;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            // Nothing was taken, so the packet that begins here is not complete with all the bytes there are.
            bool isIncomplete = !_last.IsEmpty && consumed.Equals(_last.Start);
            _isTooLarge = isIncomplete && _last.Length > GatewayLimits.MaxPacketBytes;
            _endsInsidePacket = isIncomplete && _isLast;
            _last = default;
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        private ReadResult Remember(ReadResult result)
        {
            _last = result.Buffer;
            _isLast = result.IsCompleted;
            return result;
        }
    }
}
