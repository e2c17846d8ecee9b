using Microsoft.Extensions.Logging;

namespace NanoIoT.Cli;

/// <summary>The service's log, a line an event, on standard error.</summary>
internal sealed class ConsoleLog : ILoggerProvider
{
    private readonly LogLevel _level;

    private ConsoleLog(LogLevel level)
    {
        _level = level;
    }

    public static void Add(ILoggingBuilder logging, LogLevel level)
    {
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", LogLevel.Critical);
        logging.AddProvider(new ConsoleLog(level));
    }

    public ILogger CreateLogger(string categoryName) => new Logger(_level, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
    }

    private sealed class Logger(LogLevel level, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= level && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                string fault = exception is null ? string.Empty : " | " + exception.GetType().Name + ": " + exception.Message;
                // What clients send is in here: it must not write control codes to a terminal, or lines of its own.
                string text = string.Concat((formatter(state, exception) + fault).Select(c => char.IsControl(c) ? '?' : c));
                Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {logLevel} {category}: {text}");
            }
        }
    }
}
