namespace NanoIoT.Emulator.Runtime;

/// <summary>What a board sent and received since it was made.</summary>
public sealed class BoardTraffic
{
    private long _published;
    private long _repeated;
    private long _publishedBytes;
    private long _received;
    private long _downloadedBytes;

    /// <summary>MQTT messages published, repeats included.</summary>
    public long MessagesPublished => Interlocked.Read(ref _published);

    /// <summary>How many of them were repeats of one that was not acknowledged within a second.</summary>
    public long MessagesRepeated => Interlocked.Read(ref _repeated);

    /// <summary>Bytes of their payloads and topics.</summary>
    public long BytesPublished => Interlocked.Read(ref _publishedBytes);

    /// <summary>MQTT messages received.</summary>
    public long MessagesReceived => Interlocked.Read(ref _received);

    /// <summary>Bytes of HTTP bodies read.</summary>
    public long BytesDownloaded => Interlocked.Read(ref _downloadedBytes);

    internal void AddPublished(int bytes, bool isRepeat)
    {
        if (isRepeat)
        {
            Interlocked.Increment(ref _repeated);
        }

        Interlocked.Increment(ref _published);
        Interlocked.Add(ref _publishedBytes, bytes);
    }

    internal void AddReceived() => Interlocked.Increment(ref _received);

    internal void AddDownloaded(int bytes) => Interlocked.Add(ref _downloadedBytes, bytes);
}
