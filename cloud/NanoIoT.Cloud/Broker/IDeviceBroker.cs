using NanoIoT.Cloud.Rules;

namespace NanoIoT.Cloud.Broker;

/// <summary>What carries devices' messages: the service's own broker, or another that it is a client of.</summary>
public interface IDeviceBroker : IMessageBus, IConnectivity, IAsyncDisposable
{
    /// <summary>What runs rules on each message, whoever published it; set before the start.</summary>
    Func<RuleMessage, CancellationToken, Task>? Rules { get; set; }

    /// <summary>Adds a handler; all are added before the start.</summary>
    /// <param name="handler">The handler.</param>
    void AddHandler(IMessageHandler handler);

    /// <summary>Begins to take devices' messages.</summary>
    /// <returns>The task.</returns>
    Task StartAsync();
}
