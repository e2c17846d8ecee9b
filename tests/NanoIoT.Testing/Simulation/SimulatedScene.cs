using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Runtime;
using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Testing.Simulation;

/// <summary>A cloud and boards of one profile, in virtual time.</summary>
public sealed class SimulatedScene
{
    private const int ImageBytes = 40000;
    private static readonly FirmwareKey s_key = FirmwareKey.Open(Path.Combine(Directory.CreateTempSubdirectory("nanoiot-sim-").FullName, "key.pem"));
    private readonly BoardHardware _factory;

    /// <summary>Creates the scene.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="factory">Hardware as it leaves the factory, which is copied; null to make it.</param>
    /// <param name="imageBytes">About how large images are.</param>
    public SimulatedScene(HardwareProfile profile, BoardHardware? factory = null, int? imageBytes = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        Profile = profile;
        Size = imageBytes ?? DefaultSize(profile);
        Cloud = new SimulatedCloud(s_key, Time);
        _factory = factory ?? CreateFactory(profile, Size);
    }

    /// <summary>The profile.</summary>
    public HardwareProfile Profile { get; }

    /// <summary>The key that signs images and manifests.</summary>
    public static FirmwareKey Key => s_key;

    /// <summary>The time.</summary>
    public VirtualTime Time { get; } = new();

    /// <summary>The cloud.</summary>
    public SimulatedCloud Cloud { get; }

    private int Size { get; }

    private string SlotFolder => (Profile.Update.Slots?.Drive ?? "I:") + "\\slots";

    /// <summary>Hardware as it leaves the factory, with version 1.0.0.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="imageBytes">About how large the image is.</param>
    /// <returns>The hardware.</returns>
    public static BoardHardware CreateFactory(HardwareProfile profile, int? imageBytes = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        (byte[] image, _, int chunkSize) = SimulatedImages.Create(profile, "1.0.0", "good", imageBytes ?? DefaultSize(profile), s_key);
        var files = new Dictionary<string, byte[]>();
        if (profile.Update.IsFiles)
        {
            string folder = profile.Update.Slots!.Drive + "\\slots\\";
            files.Add(folder + "a.bin", image);
            files.Add(folder + "a.lst", DigestList.Compute(image, chunkSize).Bytes);
        }

        return new BoardHardware(new VirtualBoardOptions
        {
            Name = "factory",
            Profile = profile,
            FactoryImage = profile.Update.IsFiles ? [0] : image,
            FactoryClrImage = profile.Update.Clr is null ? null : ClrImage("1.17.0"),
            BootKey = s_key.Key,
            Files = files,
        });
    }

    /// <summary>A board, off.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="change">Changes its settings.</param>
    /// <param name="hasClock">Whether its clock is set at boot.</param>
    /// <param name="hasTimeServer">Whether a time server answers.</param>
    /// <returns>The board.</returns>
    public SimulatedBoard CreateBoard(string name = "board", int seed = 1, Func<SimulatedSettings, SimulatedSettings>? change = null, bool hasClock = true, bool hasTimeServer = true)
    {
        var settings = new SimulatedSettings { Thing = name, Profile = Profile.Name, KeyId = s_key.Id, PublicPoint = s_key.PublicPoint };
        return new SimulatedBoard(_factory.Clone(), change?.Invoke(settings) ?? settings, Profile.Update.IsFiles, Cloud, Time, seed)
        {
            SlotFolder = SlotFolder,
            HasClock = hasClock,
            HasTimeServer = hasTimeServer,
        };
    }

    /// <summary>Publishes an application.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="health">Its health.</param>
    /// <param name="change">Changes the manifest.</param>
    /// <param name="programVersion">The version the program says, where it is another than the image's.</param>
    public void Publish(string version, string health = "good", Action<Manifest>? change = null, string? programVersion = null)
    {
        (byte[] image, string kind, int chunkSize) = SimulatedImages.Create(Profile, version, health, Size, s_key, programVersion);
        Cloud.Publish(Fields.App, version, kind, image, Profile.Name, chunkSize, change);
    }

    /// <summary>Publishes a nanoCLR.</summary>
    /// <param name="version">Its version.</param>
    public void PublishClr(string version) =>
        Cloud.Publish(Fields.Clr, version, ImageKinds.McuBoot, ClrImage(version), Profile.Name, Contract.DefaultChunkBytes);

    /// <summary>Publishes a bundle of ten assemblies of 8,176 bytes, the last of which is the application.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="changed">Which assembly is another than in other versions; -1 for none but the application's text.</param>
    /// <returns>The bundle's bytes.</returns>
    public int PublishAssemblies(string version, int changed)
    {
        BundleAssembly[] assemblies = [.. Enumerable.Range(0, 10).Select(i =>
            new BundleAssembly("Assembly" + i, SimulatedImages.Application(i == 9 || i == changed ? version : "assembly" + i, "good", 8176)))];
        byte[] bundle = BundleBuilder.Build(assemblies, SemanticVersion.Parse(version)!, "App.Program", []);
        Cloud.Publish(Fields.App, version, ImageKinds.Bundle, bundle, Profile.Name, BundleBuilder.ChunkSize);
        return bundle.Length;
    }

    /// <summary>Publishes an application or a nanoCLR.</summary>
    /// <param name="component">The component.</param>
    /// <param name="version">Its version.</param>
    /// <param name="health">The application's health.</param>
    public void PublishAny(string component, string version, string health)
    {
        if (component == Fields.Clr)
        {
            PublishClr(version);
        }
        else
        {
            Publish(version, health);
        }
    }

    /// <summary>Announces a campaign to all.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="version">The version.</param>
    /// <param name="component">The component.</param>
    /// <param name="change">Changes the announcement.</param>
    public void Announce(string campaign, string version, string component = Fields.App, Action<Announcement>? change = null) =>
        Cloud.Announce(Topics.OtaAll(component), campaign, component, version, change);

    /// <summary>What the cloud knows of a board in a campaign.</summary>
    /// <param name="board">The board.</param>
    /// <param name="campaign">The campaign.</param>
    /// <returns>The progress, or null.</returns>
    public SimulatedProgress? ProgressOf(SimulatedBoard board, string campaign)
    {
        ArgumentNullException.ThrowIfNull(board);
        return Cloud.Progress.GetValueOrDefault((board.Settings.Thing, campaign));
    }

    /// <summary>Lets time pass until a board's campaign is over.</summary>
    /// <param name="board">The board.</param>
    /// <param name="campaign">The campaign.</param>
    /// <param name="minutes">At most.</param>
    /// <returns>What came of it; null where it is not over.</returns>
    public SimulatedProgress? RunToEnd(SimulatedBoard board, string campaign, int minutes = 60)
    {
        bool over = Time.Run(() => !board.IsOn || (ProgressOf(board, campaign) is SimulatedProgress progress && UpdateStates.IsFinal(progress.State)), minutes * 60000L);
        return over && board.IsOn ? ProgressOf(board, campaign) : null;
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="milliseconds">How long.</param>
    public void Wait(long milliseconds) => Time.Run(() => false, milliseconds);

    /// <summary>Several erase units, so that there is something to cut.</summary>
    private static int DefaultSize(HardwareProfile profile) => Math.Max(ImageBytes, 3 * (profile.Update.Secondary?.EraseBytes ?? 0));

    private static byte[] ClrImage(string version) =>
        McuBootImageBuilder.Build(SimulatedImages.Application("clr" + version, "none", 9000), SemanticVersion.Parse(version)!, s_key.Key);
}
