using System.Text;
using NanoIoT.Cloud.Firmware;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Testing.Simulation;

/// <summary>Images whose application is a text: version and health, then bytes that fill it.</summary>
public static class SimulatedImages
{
    /// <summary>An image for a profile.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="version">The version.</param>
    /// <param name="health">good, bad, silent or lost.</param>
    /// <param name="bytes">About how large it is.</param>
    /// <param name="key">The key.</param>
    /// <param name="programVersion">The version the program says, where it is another than the image's.</param>
    /// <returns>Image, kind and chunk size.</returns>
    public static (byte[] Image, string Kind, int ChunkSize) Create(
        HardwareProfile profile, string version, string health, int bytes, FirmwareKey key, string? programVersion = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(key);
        byte[] application = Application(programVersion ?? version, health, profile.Update.IsFiles ? bytes / 4 : bytes);
        if (!profile.Update.IsFiles)
        {
            return (McuBootImageBuilder.Build(application, SemanticVersion.Parse(version)!, key.Key), ImageKinds.McuBoot, Contract.DefaultChunkBytes);
        }

        // Three libraries that do not change from version to version, and the application.
        BundleAssembly[] assemblies = [.. Enumerable.Range(0, 3).Select(i => new BundleAssembly("Library" + i, Application("library" + i, "none", bytes / 4))), new BundleAssembly("App", application)];
        return (BundleBuilder.Build(assemblies, SemanticVersion.Parse(version)!, "App.Program", []), ImageKinds.Bundle, BundleBuilder.ChunkSize);
    }

    /// <summary>The application's bytes.</summary>
    /// <param name="version">The version.</param>
    /// <param name="health">The health.</param>
    /// <param name="bytes">How many.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Application(string version, string health, int bytes)
    {
        byte[] content = new byte[bytes];
        new Random(version.Aggregate(17, (hash, c) => (hash * 31) + c)).NextBytes(content);
        Encoding.UTF8.GetBytes($"APP {version} {health}\n").CopyTo(content, 0);
        return content;
    }
}
