namespace NanoIoT.Emulator.Simulation;

/// <summary>The cloud, as simulated boards reach it.</summary>
public interface ISimulatedCloud
{
    /// <summary>A board subscribed: retained messages follow.</summary>
    /// <param name="board">The board.</param>
    /// <param name="filters">The filters.</param>
    void OnSubscribe(SimulatedBoard board, IReadOnlyList<string> filters);

    /// <summary>A board published.</summary>
    /// <param name="board">The board.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">The payload.</param>
    void OnPublish(SimulatedBoard board, string topic, byte[] payload);

    /// <summary>A board downloads.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="to">The last byte.</param>
    /// <returns>The answer.</returns>
    SimulatedResponse Download(string url, int from, int to);
}
