namespace NanoIoT.Emulator.Hosting;

/// <summary>The board's network.</summary>
public interface IBoardNetwork
{
    /// <summary>Makes an MQTT client; it does not connect yet, but looks the host's name up, as M2Mqtt does.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The client.</returns>
    IMqttLink CreateMqtt(MqttLinkOptions options);

    /// <summary>Sends an HTTP request and waits for the answer's head.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="IOException">No answer came.</exception>
    HttpExchange Send(HttpExchangeRequest request);
}
