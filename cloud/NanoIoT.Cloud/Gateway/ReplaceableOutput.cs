using System.IO.Pipelines;

namespace NanoIoT.Cloud.Gateway;

/// <summary>The output of an HTTP connection: what is written passes, until an answer is sent in its place.</summary>
/// <param name="inner">The connection's own output.</param>
internal sealed class ReplaceableOutput(PipeWriter inner) : PipeWriter
{
    private ReadOnlyMemory<byte> _answer;
    private byte[] _discarded = [];
    private bool _isReplaced;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    /// <summary>Sends an answer in the place of what is written from now on. The connection ends with it.</summary>
    /// <param name="answer">The whole answer.</param>
    public void Replace(ReadOnlyMemory<byte> answer)
    {
        _answer = answer;
        _isReplaced = true;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) =>
        _isReplaced ? Discard(sizeHint) : inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _isReplaced ? Discard(sizeHint) : inner.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        if (!_isReplaced)
        {
            inner.Advance(bytes);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_answer.IsEmpty)
        {
            return inner.FlushAsync(cancellationToken);
        }

        ReadOnlyMemory<byte> answer = _answer;
        _answer = default;
        return inner.WriteAsync(answer, cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        _isReplaced ? FlushAsync(cancellationToken) : inner.WriteAsync(source, cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private byte[] Discard(int sizeHint)
    {
        const int least = 4096;
        if (_discarded.Length < Math.Max(sizeHint, least))
        {
            _discarded = new byte[Math.Max(sizeHint, least)];
        }

        return _discarded;
    }
}
