using NanoIoT.Cloud.Broker;

namespace NanoIoT.Cloud.Tests;

/// <summary>A broker that no client is connected to.</summary>
internal sealed class NobodyConnected : IConnectivity
{
    event Action<string>? IConnectivity.Changed
    {
        add => _ = value;
        remove => _ = value;
    }

    public int ConnectedCount => 0;

    public bool IsConnected(string clientId) => false;

    public ConnectionStatus? StatusOf(string clientId) => null;

    public Task DisconnectAsync(string clientId) => Task.CompletedTask;

    public Task DisconnectCertificateAsync(string certificateId) => Task.CompletedTask;

    public Task DisconnectUserAsync(string userName) => Task.CompletedTask;

    public Task DeleteUserSessionsAsync(string userName) => Task.CompletedTask;

    public Task<bool> DeleteConnectionAsync(string clientId, bool clearsSession, bool preventsWill) => Task.FromResult(false);
}
