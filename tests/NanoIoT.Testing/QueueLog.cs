using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace NanoIoT.Testing;

/// <summary>A log whose lines tests look at.</summary>
/// <param name="lines">Where the lines go.</param>
public sealed class QueueLog(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue(formatter(state, exception) + (exception is null ? string.Empty : " | " + exception.Message));
}
