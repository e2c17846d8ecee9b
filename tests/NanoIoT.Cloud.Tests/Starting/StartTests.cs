using System.Diagnostics;
using Microsoft.Data.Sqlite;
using NanoIoT.Cli.Commands;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Starting;

/// <summary>A folder that was in use and lacks something is refused; what is missing is created in a new folder only, or with Init.</summary>
[TestClass]
public sealed class StartTests : FolderTestBase
{
    [TestMethod]
    [DataRow("ca.pem")]
    [DataRow("issuing.pem")]
    [DataRow("issuing.key")]
    [DataRow("secrets.key")]
    [DataRow("url.key")]
    [DataRow("firmware.key")]
    public async Task A_missing_key_is_named_and_only_Init_creates_one(string name)
    {
        await RunAsync().ConfigureAwait(false);
        File.Delete(Path.Combine(Data, name));

        CloudException refusal = await RefusedAsync().ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.KeysMissing, refusal.Code);
        Assert.Contains(name, refusal.Message);
        Assert.Contains("--init", refusal.Message);
        Assert.IsFalse(File.Exists(Path.Combine(Data, name)), "nothing is created");
        await RunAsync(Options with { Init = true }).ConfigureAwait(false);
        await RunAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_missing_database_is_named_and_only_Init_creates_one()
    {
        await RunAsync().ConfigureAwait(false);
        File.Delete(Path.Combine(Data, "nanoiot.db"));

        CloudException refusal = await RefusedAsync().ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.DataMissing, refusal.Code);
        Assert.Contains("nanoiot.db", refusal.Message);
        await RunAsync(Options with { Init = true }).ConfigureAwait(false);
        await RunAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_folder_of_a_version_without_a_manifest_is_in_use_by_its_files()
    {
        await RunAsync().ConfigureAwait(false);
        File.Delete(Path.Combine(Data, FolderManifest.FileName));
        await RunAsync().ConfigureAwait(false);
        File.Delete(Path.Combine(Data, FolderManifest.FileName));
        File.Delete(Path.Combine(Data, "firmware.key"));

        Assert.AreEqual(ErrorCodes.KeysMissing, (await RefusedAsync().ConfigureAwait(false)).Code);
    }

    [TestMethod]
    public async Task A_first_start_that_was_interrupted_goes_on()
    {
        Directory.CreateDirectory(Data);
        new FolderManifest().Write(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "url.key"), new string('a', 64)).ConfigureAwait(false);

        await RunAsync().ConfigureAwait(false);

        Assert.IsTrue(FolderManifest.Read(Data)!.IsComplete);
    }

    [TestMethod]
    public async Task Other_keys_than_those_the_database_was_used_with_are_refused()
    {
        await RunAsync().ConfigureAwait(false);
        await RunAsync(Options with { DataFolder = Keys }).ConfigureAwait(false);
        foreach (string name in new[] { "ca.pem", "ca.key", "issuing.pem", "issuing.key" })
        {
            File.Copy(Path.Combine(Keys, name), Path.Combine(Data, name), overwrite: true);
        }

        CloudException refusal = await RefusedAsync().ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.KeysMismatch, refusal.Code);
        Assert.Contains("ca.pem", refusal.Message);
        Assert.DoesNotContain("secrets.key", refusal.Message);
        await RunAsync(Options with { Init = true }).ConfigureAwait(false);
        await RunAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_keys_folder_added_to_a_folder_that_has_its_own_keys_explains_itself()
    {
        await RunAsync().ConfigureAwait(false);

        CloudException refusal = await RefusedAsync(Options with { KeyFolder = Keys }).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.KeysMissing, refusal.Code);
        Assert.Contains("without --keys", refusal.Message);
        Assert.Contains(Keys, refusal.Message);
        Assert.IsEmpty(Directory.EnumerateFiles(Keys, "*.pem"));
        foreach (string name in new[] { "ca.pem", "ca.key", "issuing.pem", "issuing.key", "secrets.key", "url.key", "firmware.key" })
        {
            File.Copy(Path.Combine(Data, name), Path.Combine(Keys, name));
        }

        await RunAsync(Options with { KeyFolder = Keys }).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Keys_that_were_in_use_do_not_start_with_an_empty_data_folder()
    {
        await RunAsync(Options with { KeyFolder = Keys }).ConfigureAwait(false);
        Directory.Delete(Data, recursive: true);

        Assert.AreEqual(ErrorCodes.DataMissing, (await RefusedAsync(Options with { KeyFolder = Keys }).ConfigureAwait(false)).Code);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_damaged_database_is_said_to_be_one(bool isHead)
    {
        await RunAsync().ConfigureAwait(false);
        SqliteConnection.ClearAllPools();
        string path = Path.Combine(Data, "nanoiot.db");
        byte[] bytes = await File.ReadAllBytesAsync(path).ConfigureAwait(false);
        bytes.AsSpan(isHead ? 0 : 4096, isHead ? 100 : bytes.Length - 4096).Fill(0x5a);
        await File.WriteAllBytesAsync(path, bytes).ConfigureAwait(false);

        CloudException refusal = await RefusedAsync().ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.DataDamaged, refusal.Code);
        Assert.Contains(path, refusal.Message);
    }

    [TestMethod]
    public async Task An_emptied_database_is_not_taken_for_a_new_one()
    {
        await RunAsync().ConfigureAwait(false);
        SqliteConnection.ClearAllPools();
        await File.WriteAllBytesAsync(Path.Combine(Data, "nanoiot.db"), []).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.DataDamaged, (await RefusedAsync().ConfigureAwait(false)).Code);
    }

    [TestMethod]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await RunAsync().ConfigureAwait(false);
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "nanoiot.db")};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version=999";
            command.ExecuteNonQuery();
        }

        CloudException refusal = await RefusedAsync().ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.DataNewer, refusal.Code);
        Assert.Contains("999", refusal.Message);
    }

    [TestMethod]
    public async Task An_expired_root_is_refused()
    {
        await RunAsync().ConfigureAwait(false);
        var time = new MovedTime();
        time.Move(TimeSpan.FromDays(7301));

        CloudException refusal = await RefusedAsync(time: time).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.CertificateExpired, refusal.Code);
        Assert.Contains("ca.pem", refusal.Message);
    }

    [TestMethod]
    [DataRow("url.key", ErrorCodes.KeysDamaged)]
    [DataRow("secrets.key", ErrorCodes.KeysDamaged)]
    [DataRow("firmware.key", ErrorCodes.KeysDamaged)]
    [DataRow("ca.pem", ErrorCodes.KeysDamaged)]
    [DataRow("issuing.key", ErrorCodes.KeysDamaged)]
    [DataRow("admin.key", ErrorCodes.KeysDamaged)]
    [DataRow("folder.json", ErrorCodes.DataDamaged)]
    public async Task A_damaged_file_is_named(string name, string code)
    {
        await RunAsync().ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(Data, name), "garbage").ConfigureAwait(false);

        CloudException refusal = await RefusedAsync().ConfigureAwait(false);

        Assert.AreEqual(code, refusal.Code);
        Assert.Contains(name, refusal.Message);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_read_only_file_system_is_said_to_be_one()
    {
        await RunAsync().ConfigureAwait(false);
        if (await MountAsync("--bind", Data, Data).ConfigureAwait(false) != 0)
        {
            Assert.Inconclusive("mounting needs root");
        }

        try
        {
            Assert.AreEqual(0, await MountAsync("-o", "remount,bind,ro", Data).ConfigureAwait(false));

            CloudException refusal = await RefusedAsync().ConfigureAwait(false);

            Assert.AreEqual(ErrorCodes.ReadOnlyFileSystem, refusal.Code);
            Assert.Contains(Data, refusal.Message);
        }
        finally
        {
            await ProcessAsync("umount", Data).ConfigureAwait(false);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_full_disk_is_said_to_be_one_wherever_the_start_runs_into_it()
    {
        Directory.CreateDirectory(Data);
        if (await MountAsync("-t", "tmpfs", "-o", "size=8m", "tmpfs", Data).ConfigureAwait(false) != 0)
        {
            Assert.Inconclusive("mounting needs root");
        }

        try
        {
            await RunAsync().ConfigureAwait(false);
            int started = 0;
            for (int free = 0; started == 0 && free <= 256; free += 4)
            {
                string filler = await FillAsync(free * 1024).ConfigureAwait(false);
                started += await StartsOrSaysFullAsync().ConfigureAwait(false) ? 1 : 0;
                Assert.IsFalse(started > 0 && free == 0, "nothing is free");
                File.Delete(filler);
            }

            Assert.AreEqual(1, started);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            await ProcessAsync("umount", Data).ConfigureAwait(false);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_disk_that_fills_up_during_the_start_is_said_to_be_full()
    {
        Directory.CreateDirectory(Data);
        if (await MountAsync("-t", "tmpfs", "-o", "size=8m", "tmpfs", Data).ConfigureAwait(false) != 0)
        {
            Assert.Inconclusive("mounting needs root");
        }

        try
        {
            await RunAsync().ConfigureAwait(false);

            // Logging is configured after the folder and the database were opened.
            CloudException refusal = await Assert.ThrowsExactlyAsync<CloudException>(
                () => CloudService.StartAsync(Options, _ => FillAsync(0).GetAwaiter().GetResult())).ConfigureAwait(false);

            Assert.AreEqual(ErrorCodes.DiskFull, refusal.Code, refusal.Message);
            Assert.Contains(Data, refusal.Message);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            await ProcessAsync("umount", Data).ConfigureAwait(false);
        }
    }

    [TestMethod]
    public async Task Only_credentials_that_exist_and_are_valid_are_named()
    {
        CloudService cloud = await CloudService.StartAsync(Options).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            string[] lines = [.. ServiceStart.DescribeCredentials(cloud.Ready, Data)];

            Assert.Contains(Path.Combine(Data, "admin.token"), lines[0]);
            Assert.Contains(Path.Combine(Data, "admin.key"), lines[1]);
        }

        File.Delete(Path.Combine(Data, "admin.token"));
        File.Delete(Path.Combine(Data, "admin.key"));
        cloud = await CloudService.StartAsync(Options).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            string[] lines = [.. ServiceStart.DescribeCredentials(cloud.Ready, Data)];

            Assert.DoesNotContain(Data, string.Concat(lines));
            Assert.Contains("nanoiot user token create", lines[0]);
            Assert.Contains("nanoiot user key create", lines[1]);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Keys_that_exist_may_be_mounted_read_only()
    {
        await RunAsync(Options with { KeyFolder = Keys }).ConfigureAwait(false);
        if (await MountAsync("--bind", Keys, Keys).ConfigureAwait(false) != 0)
        {
            Assert.Inconclusive("mounting needs root");
        }

        try
        {
            Assert.AreEqual(0, await MountAsync("-o", "remount,bind,ro", Keys).ConfigureAwait(false));

            await RunAsync(Options with { KeyFolder = Keys }).ConfigureAwait(false);
        }
        finally
        {
            await ProcessAsync("umount", Keys).ConfigureAwait(false);
        }
    }

    /// <summary>Fills the file system of the data folder up to so many free bytes.</summary>
    private async Task<string> FillAsync(long free)
    {
        SqliteConnection.ClearAllPools();
        string filler = Path.Combine(Data, "filler");
        await File.WriteAllBytesAsync(filler, new byte[new DriveInfo(Data).AvailableFreeSpace - free]).ConfigureAwait(false);
        return filler;
    }

    /// <summary>Starts a service and stops it; false where it said that the disk is full.</summary>
    private async Task<bool> StartsOrSaysFullAsync()
    {
        try
        {
            await RunAsync().ConfigureAwait(false);
            return true;
        }
        catch (CloudException refusal)
        {
            Assert.AreEqual(ErrorCodes.DiskFull, refusal.Code, refusal.Message);
            Assert.StartsWith("The disk is full: ", refusal.Message);
            Assert.Contains(Data, refusal.Message);
            return false;
        }
    }

    private static Task<int> MountAsync(params string[] arguments) => ProcessAsync("mount", arguments);

    private static async Task<int> ProcessAsync(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode;
    }
}
