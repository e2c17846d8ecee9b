using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Tests.Starting;

/// <summary>Tests of how a service starts with folders in one state or another.</summary>
public abstract class FolderTestBase : IDisposable
{
    /// <summary>A folder for everything of the test.</summary>
    protected string Root { get; } = Directory.CreateTempSubdirectory("nanoiot-start-").FullName;

    /// <summary>The data folder.</summary>
    protected string Data => Path.Combine(Root, "data");

    /// <summary>The keys folder, of tests that have one.</summary>
    protected string Keys => Path.Combine(Root, "keys");

    /// <inheritdoc/>
    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(Root, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The options of a service with the data folder.</summary>
    protected CloudOptions Options => new() { DataFolder = Data, MqttPort = 0, HttpsPort = 0 };

    /// <summary>Starts a service and stops it.</summary>
    /// <param name="options">Its options, or null for the usual ones.</param>
    /// <returns>The id of its CA.</returns>
    protected async Task<string> RunAsync(CloudOptions? options = null)
    {
        CloudService cloud = await CloudService.StartAsync(options ?? Options).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            return cloud.Authority.RootPem;
        }
    }

    /// <summary>Starts a service that must refuse to.</summary>
    /// <param name="options">Its options, or null for the usual ones.</param>
    /// <param name="time">Its clock, or null.</param>
    /// <returns>The refusal.</returns>
    protected Task<CloudException> RefusedAsync(CloudOptions? options = null, TimeProvider? time = null) =>
        Assert.ThrowsExactlyAsync<CloudException>(async () =>
        {
            CloudService cloud = await CloudService.StartAsync(options ?? Options, null, time).ConfigureAwait(false);
            await cloud.DisposeAsync().ConfigureAwait(false);
        });
}
