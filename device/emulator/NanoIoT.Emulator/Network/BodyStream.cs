using NanoIoT.Emulator.Runtime;

namespace NanoIoT.Emulator.Network;

/// <summary>An answer's body with a time limit a read, which ends with the board.</summary>
internal sealed class BodyStream : Stream
{
    private readonly Stream _inner;
    private readonly BoardTraffic _traffic;
    private readonly int _readTimeout;
    private readonly CancellationToken _boardEnd;

    public BodyStream(Stream inner, BoardTraffic traffic, int readTimeout, CancellationToken boardEnd)
    {
        _inner = inner;
        _traffic = traffic;
        _readTimeout = readTimeout;
        _boardEnd = boardEnd;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_boardEnd);
        limit.CancelAfter(_readTimeout);
        try
        {
            // The board's read blocks its thread; .NET's body streams time out only when read asynchronously.
            Task<int> read = _inner.ReadAsync(buffer.AsMemory(offset, count), limit.Token).AsTask();
            read.Wait(CancellationToken.None);
            int length = read.Status == TaskStatus.RanToCompletion ? read.Result : 0;
            _traffic.AddDownloaded(length);
            return length;
        }
        catch (AggregateException exception)
        {
            throw new IOException(exception.InnerException is OperationCanceledException ? "read timed out" : exception.InnerException!.Message, exception.InnerException);
        }
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
