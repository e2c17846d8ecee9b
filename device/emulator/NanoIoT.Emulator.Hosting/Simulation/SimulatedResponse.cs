namespace NanoIoT.Emulator.Simulation;

/// <summary>The head of a simulated download's answer.</summary>
public sealed record SimulatedResponse
{
    /// <summary>The HTTP status, or 0 where no answer came.</summary>
    public int Status { get; init; }

    /// <summary>Content-Length, or -1.</summary>
    public long ContentLength { get; init; } = -1;

    /// <summary>The first byte of Content-Range, or -1.</summary>
    public long RangeStart { get; init; } = -1;

    /// <summary>The whole length in Content-Range, or -1.</summary>
    public long RangeTotal { get; init; } = -1;

    /// <summary>Retry-After, or 0.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>The entity tag, or null.</summary>
    public string? ETag { get; init; }

    /// <summary>Where the server sends the client on, or null.</summary>
    public string? Location { get; init; }

    /// <summary>The body, from the first byte asked for.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }
}
