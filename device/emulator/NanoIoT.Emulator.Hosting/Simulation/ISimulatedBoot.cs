namespace NanoIoT.Emulator.Simulation;

/// <summary>
/// The compiled device binary of one boot, driven from outside: events in, requests out (<see cref="ISimulatedWorld"/>). No
/// thread, no socket, no clock of its own, so a seed repeats everything.
/// </summary>
public interface ISimulatedBoot
{
    /// <summary>On boards that update by files: what the loader chose to run, as it loads it; null where neither slot is whole.</summary>
    /// <returns>The assemblies.</returns>
    IReadOnlyList<byte[]>? ChooseBundle();

    /// <summary>Starts the agent of an application.</summary>
    /// <param name="version">The application's version.</param>
    /// <param name="settings">The rest.</param>
    void Start(string version, SimulatedSettings settings);

    /// <summary>Does what is due, then one slow operation of each port, as a board's agent does.</summary>
    /// <returns>Milliseconds until the next round; 0 where there may be more to do at once.</returns>
    int Round();

    /// <summary>The application adds a reading.</summary>
    /// <param name="name">What was read.</param>
    /// <param name="value">The value.</param>
    /// <returns>What the agent answers.</returns>
    bool AddReading(string name, double value);

    /// <summary>The connection stands.</summary>
    void OnConnected();

    /// <summary>The connection failed or is lost.</summary>
    /// <param name="reason">Why.</param>
    void OnDisconnected(string reason);

    /// <summary>A SUBSCRIBE was answered.</summary>
    /// <param name="granted">Whether it was granted.</param>
    void OnSubscribed(bool granted);

    /// <summary>A message came.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="payload">Its payload.</param>
    void OnMessage(string topic, byte[] payload);

    /// <summary>A publish was acknowledged, or given up.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="acknowledged">Whether it was acknowledged.</param>
    void OnPublished(int id, bool acknowledged);

    /// <summary>The health check answered.</summary>
    /// <param name="healthy">Whether all is well.</param>
    /// <param name="detail">More.</param>
    void OnHealth(bool healthy, string detail);

    /// <summary>A download was answered.</summary>
    /// <param name="response">The answer's head.</param>
    void OnDownloadOpened(SimulatedResponse response);

    /// <summary>A download's bytes came.</summary>
    /// <param name="count">How many.</param>
    void OnDownloadRead(int count);

    /// <summary>The update policy may answer otherwise now.</summary>
    void Reconsider();
}
