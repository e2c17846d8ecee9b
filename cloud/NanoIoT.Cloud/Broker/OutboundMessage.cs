using MQTTnet;

namespace NanoIoT.Cloud.Broker;

/// <summary>One message on its way to any number of sessions: what MQTTnet sends is made once a form, and the payload is counted once.</summary>
/// <param name="message">The message.</param>
/// <param name="time">The clock, for its expiry.</param>
internal sealed class OutboundMessage(BusMessage message, TimeProvider time)
{
    private const int RetainForm = 2;
    private const int Forms = 4;

    private readonly MqttApplicationMessage?[] _forms = new MqttApplicationMessage?[Forms];
    private int _holders;

    public BusMessage Message => message;

    /// <summary>What the message counts in the memory of one session, in bytes.</summary>
    public int Size => message.Payload.Length + GatewayLimits.MessageOverheadBytes;

    public bool IsExpired => message.Properties?.Expires is long expires && expires <= time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The message as MQTTnet sends it. One with an expiry is made anew, because what is left of its time is sent with it.</summary>
    public MqttApplicationMessage ToMqtt(int qos, bool retain, bool isDuplicate)
    {
        if (isDuplicate || message.Properties?.Expires is not null)
        {
            return MqttMessages.Create(message, qos, retain, isDuplicate, time);
        }

        return _forms[qos + (retain ? RetainForm : 0)] ??= MqttMessages.Create(message, qos, retain, false, time);
    }

    /// <summary>A session begins to hold the message.</summary>
    public void AddHolder(OutboundBudget budget) =>
        budget.Add(Interlocked.Increment(ref _holders) == 1 ? Size : GatewayLimits.MessageOverheadBytes);

    /// <summary>A session holds the message no longer.</summary>
    public void RemoveHolder(OutboundBudget budget) =>
        budget.Remove(Interlocked.Decrement(ref _holders) == 0 ? Size : GatewayLimits.MessageOverheadBytes);
}
