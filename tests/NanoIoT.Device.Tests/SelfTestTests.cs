using System.Collections.Concurrent;
using System.Security.Cryptography;
using Mono.Cecil;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Runtime;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Device.Tests;

/// <summary><c>device/selftest</c>: the same binary that a user runs on the nanoclr virtual device and on boards.</summary>
[TestClass]
public sealed class SelfTestTests
{
    private static string Binary => Repository.DeviceAssembly("device/selftest", "SelfTest");

    [TestMethod]
    public async Task Every_test_of_the_self_test_passes()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] payload = AssemblyPayload.Pack([File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device", "NanoIoT.Device")), File.ReadAllBytes(Binary)]);
        var lines = new ConcurrentQueue<string>();
        var done = new TaskCompletionSource();
        var board = new VirtualBoard(new VirtualBoardOptions
        {
            Name = "selftest",
            Profile = ProfileCatalog.Find("ESP32_S3")!,
            FactoryImage = McuBootImageBuilder.Build(payload, SemanticVersion.Parse("1.0.0")!, key),
            BootKey = key,
        });
        board.Log += (_, line) =>
        {
            lines.Enqueue(line);
            if (line.EndsWith(" failed", StringComparison.Ordinal) || line.StartsWith("unhandled", StringComparison.Ordinal))
            {
                done.TrySetResult();
            }
        };
        await using (board.ConfigureAwait(false))
        {
            await board.PowerOnAsync().ConfigureAwait(false);
            await done.Task.WaitAsync(Wait.Limit).ConfigureAwait(false);
        }

        Console.WriteLine(string.Join('\n', lines));
        int passed = lines.Count(line => line.StartsWith("PASS ", StringComparison.Ordinal));
        Assert.IsGreaterThanOrEqualTo(28, passed);
        Assert.AreEqual($"{passed} passed, 0 failed", lines.Last());
    }

    [TestMethod]
    public void The_self_test_refers_only_to_what_the_virtual_device_has()
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(Binary);
        string[] allowed = ["mscorlib", "nanoFramework.System.Collections", "nanoFramework.System.Text", "System.IO.Streams", "nanoFramework.Json", "nanoFramework.M2Mqtt.Core", "NanoIoT.Device"];

        Assert.IsEmpty(assembly.MainModule.AssemblyReferences.Select(item => item.Name).Except(allowed).ToArray());
    }
}
