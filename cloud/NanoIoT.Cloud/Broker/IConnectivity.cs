namespace NanoIoT.Cloud.Broker;

/// <summary>Who is connected.</summary>
public interface IConnectivity
{
    /// <summary>Raised with the client id after a client connected or disconnected; quick, and never throwing.</summary>
    event Action<string>? Changed;

    /// <summary>Whether the broker tells who is connected; where it does not, nobody ever is.</summary>
    bool KnowsConnections => true;

    /// <summary>How many are.</summary>
    int ConnectedCount { get; }

    /// <summary>Whether a client is.</summary>
    /// <param name="clientId">The client id, which for a thing is its name.</param>
    /// <returns>True where it is.</returns>
    bool IsConnected(string clientId);

    /// <summary>Whether a client is connected, and since when.</summary>
    /// <param name="clientId">The client id.</param>
    /// <returns>Its status; null where it never was since the service started.</returns>
    ConnectionStatus? StatusOf(string clientId);

    /// <summary>Drops a client's connection.</summary>
    /// <param name="clientId">The client id.</param>
    /// <returns>The task.</returns>
    Task DisconnectAsync(string clientId);

    /// <summary>Drops the connections made with a certificate.</summary>
    /// <param name="certificateId">The certificate.</param>
    /// <returns>The task.</returns>
    Task DisconnectCertificateAsync(string certificateId);

    /// <summary>Drops the connections that a user made over WebSocket.</summary>
    /// <param name="userName">The user.</param>
    /// <returns>The task.</returns>
    Task DisconnectUserAsync(string userName);

    /// <summary>Ends a deleted user's connections and sessions, with the messages stored for them.</summary>
    /// <param name="userName">The user.</param>
    /// <returns>The task.</returns>
    Task DeleteUserSessionsAsync(string userName);

    /// <summary>Drops a client's connection, as AWS's DeleteConnection does.</summary>
    /// <param name="clientId">The client id.</param>
    /// <param name="clearsSession">Whether its session ends too.</param>
    /// <param name="preventsWill">Whether its last will is not published.</param>
    /// <returns>Whether it was connected.</returns>
    Task<bool> DeleteConnectionAsync(string clientId, bool clearsSession, bool preventsWill);
}
