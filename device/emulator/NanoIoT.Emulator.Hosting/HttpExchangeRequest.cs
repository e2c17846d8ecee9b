namespace NanoIoT.Emulator.Hosting;

/// <summary>An HTTP request.</summary>
public sealed class HttpExchangeRequest
{
    /// <summary>GET, POST, ….</summary>
    public required string Method { get; init; }

    /// <summary>The URL.</summary>
    public required string Url { get; init; }

    /// <summary>Header names and values.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>The body, or null.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The CA certificate, PEM, or null for no check.</summary>
    public string? CaPem { get; init; }

    /// <summary>Milliseconds the answer's head may take.</summary>
    public int TimeoutMilliseconds { get; init; }

    /// <summary>Milliseconds each read of the body may take.</summary>
    public int ReadTimeoutMilliseconds { get; init; }
}
