namespace NanoIoT.Cloud.Broker;

/// <summary>Who is connected.</summary>
public interface IConnectivity
{
    /// <summary>How many are.</summary>
    int ConnectedCount { get; }

    /// <summary>Whether a thing is.</summary>
    /// <param name="thingName">The thing.</param>
    /// <returns>True where it is.</returns>
    bool IsConnected(string thingName);

    /// <summary>Drops a thing's connection.</summary>
    /// <param name="thingName">The thing.</param>
    /// <returns>The task.</returns>
    Task DisconnectAsync(string thingName);
}
