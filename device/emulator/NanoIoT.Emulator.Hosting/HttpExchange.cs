namespace NanoIoT.Emulator.Hosting;

/// <summary>An HTTP answer whose body is read from <see cref="Body"/>.</summary>
public sealed class HttpExchange : IDisposable
{
    /// <summary>The status code.</summary>
    public required int Status { get; init; }

    /// <summary>The status phrase.</summary>
    public required string StatusDescription { get; init; }

    /// <summary>Content-Length, or -1.</summary>
    public required long ContentLength { get; init; }

    /// <summary>Header names and values.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>The body.</summary>
    public required Stream Body { get; init; }

    /// <summary>Frees the connection.</summary>
    public required Action Release { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Body.Dispose();
        Release();
    }
}
