using System.Runtime.Versioning;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Tests.Starting;

/// <summary>Whoever else has an account on the machine reads nothing of the service's.</summary>
[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class FileModeTests : FolderTestBase
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybody = Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public async Task All_files_of_a_running_service_are_its_owners_alone()
    {
        Directory.CreateDirectory(Data);
        CloudService cloud = await CloudService.StartAsync(Options with { KeyFolder = Keys }).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            AssertPrivate();
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public async Task Files_of_an_existing_folder_are_corrected_at_start()
    {
        await RunAsync().ConfigureAwait(false);
        Directory.CreateDirectory(Path.Combine(Data, "firmware", "more"));
        await File.WriteAllTextAsync(Path.Combine(Data, "firmware", "more", "x"), "x").ConfigureAwait(false);
        foreach (string path in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(path, Everybody);
        }

        CloudService cloud = await CloudService.StartAsync(Options).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            AssertPrivate();
        }
    }

    private void AssertPrivate()
    {
        string[] files = [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)];
        Assert.IsTrue(files.Any(path => path.EndsWith("nanoiot.db-wal", StringComparison.Ordinal)));
        Assert.IsTrue(files.Any(path => path.EndsWith("nanoiot.db-shm", StringComparison.Ordinal)));
        foreach (string path in files)
        {
            Assert.AreEqual(Owner, File.GetUnixFileMode(path), path);
        }
    }
}
