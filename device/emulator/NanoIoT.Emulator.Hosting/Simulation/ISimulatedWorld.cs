namespace NanoIoT.Emulator.Simulation;

/// <summary>What a simulated boot asks of the world; each is answered by an event on <see cref="ISimulatedBoot"/>.</summary>
public interface ISimulatedWorld
{
    /// <summary>Milliseconds since the boot.</summary>
    long Milliseconds { get; }

    /// <summary>Unix seconds, or 0 while the board does not know the time.</summary>
    long UnixSeconds { get; }

    /// <summary>Asks the time server.</summary>
    void RequestTime();

    /// <summary>Sets the time.</summary>
    /// <param name="unixSeconds">Unix seconds.</param>
    void SetTime(long unixSeconds);

    /// <summary>Connects.</summary>
    void Connect();

    /// <summary>Subscribes.</summary>
    /// <param name="filters">The filters.</param>
    void Subscribe(string[] filters);

    /// <summary>Unsubscribes.</summary>
    /// <param name="filters">The filters.</param>
    void Unsubscribe(string[] filters);

    /// <summary>Publishes.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">The payload.</param>
    /// <returns>The message's id, or 0.</returns>
    int Publish(string topic, byte[] payload);

    /// <summary>Ends the connection.</summary>
    void Disconnect();

    /// <summary>Opens a download.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="to">The last byte.</param>
    void OpenDownload(string url, int from, int to);

    /// <summary>Reads from it.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="count">How many.</param>
    void ReadDownload(byte[] buffer, int count);

    /// <summary>Ends it.</summary>
    void CloseDownload();

    /// <summary>Does what was asked of a download while the board waits, where the world does not answer later by itself.</summary>
    /// <returns>Whether there was anything.</returns>
    bool RunPendingDownload();

    /// <summary>HMAC-SHA-256.</summary>
    /// <param name="key">The key.</param>
    /// <param name="data">The data.</param>
    /// <returns>The digest.</returns>
    byte[] HmacSha256(byte[] key, byte[] data);

    /// <summary>A random number.</summary>
    /// <param name="exclusiveUpperBound">The bound.</param>
    /// <returns>The number.</returns>
    int NextRandom(int exclusiveUpperBound);

    /// <summary>Runs the application's health check.</summary>
    void CheckHealth();

    /// <summary>Reboots.</summary>
    void Reboot();

    /// <summary>Takes a line of the log.</summary>
    /// <param name="text">The line.</param>
    void Log(string text);

    /// <summary>Gives the application the classic shadow's desired state.</summary>
    /// <param name="json">The state.</param>
    void OnDesiredState(string json);

    /// <summary>Asks the application's update policy.</summary>
    /// <param name="reboot">Whether about the reboot, else about the download.</param>
    /// <returns>0 now, 1 later, 2 never.</returns>
    int AskPolicy(bool reboot);
}
