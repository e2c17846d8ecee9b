using NanoIoT.Device;
using NanoIoT.Device.Board;
using NanoIoT.Device.Boards;
using NanoIoT.Device.Loader;
using NanoIoT.Device.McuBoot;
using NanoIoT.Device.Ota;
using NanoIoT.Device.Provisioning;
using NanoIoT.Device.Security;
using NanoIoT.Emulator.Hosting;

namespace NanoIoT.Emulator.Simulation;

/// <summary>
/// The device binary on simulated ports: core, slots, journal and loader are the device's own; network, clock and the rest
/// are the world's.
/// </summary>
public sealed class AgentBoot : ISimulatedBoot
{
    private const string Folder = "I:\\nanoiot";

    private readonly ISimulatedWorld _world;
    private readonly SlotFirmware _firmware;
    private readonly FileSlots? _files;
    private IPendingPort?[] _ports = [];
    private AgentCore? _core;

    private AgentBoot(ISimulatedWorld world, string? slotFolder)
    {
        _world = world;
        _files = slotFolder is null ? null : new FileSlots(slotFolder, Folder);
        _firmware = _files is null ? new McuBootFirmware(Folder) : _files;
    }

    private AgentCore Core => _core ?? throw new InvalidOperationException("The agent is not started.");

    /// <summary>Creates a boot.</summary>
    /// <param name="world">The world.</param>
    /// <param name="slotFolder">The folder of the slots, on boards that update by files; else null.</param>
    /// <returns>The boot.</returns>
    public static ISimulatedBoot Create(ISimulatedWorld world, string? slotFolder) => new AgentBoot(world, slotFolder);

    /// <inheritdoc/>
    public IReadOnlyList<byte[]>? ChooseBundle()
    {
        var host = new CapturingHost();
        var loader = new SlotLoader(_files!, host);
        NanoIoT.Shared.Bundle? bundle = loader.Choose();
        if (bundle is null)
        {
            return null;
        }

        loader.Load(bundle);
        return host.Assemblies;
    }

    /// <inheritdoc/>
    public void Start(string version, SimulatedSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        SlotFirmware? clr = _files is null && BoardHost.Current.ClrFirmware is not null ? McuBootFirmware.ForNanoClr(Folder) : null;
        var agent = new AgentSettings
        {
            ThingName = settings.Thing,
            Profile = settings.Profile,
            FirmwareVersion = version,
            ClrVersion = BoardHost.Current.ClrVersion.ToString(),
            TrustedKeys = [new TrustedKey(settings.KeyId, settings.PublicPoint)],
            TrialSeconds = settings.TrialSeconds,
            LowMemory = settings.LowMemory,
            DownloadSliceSeconds = settings.DownloadSliceSeconds,
            MaxDownloadAttempts = settings.MaxDownloadAttempts,
            DownloadTimeoutSeconds = settings.DownloadTimeoutSeconds,
            TelemetrySeconds = settings.TelemetrySeconds,
            UseClassicShadow = settings.UseClassicShadow,
            Policy = settings.HasPolicy ? new WorldPolicy(_world) : null,
        };
        var ports = new WorldPorts(_world);
        _core = new AgentCore(agent, new BoardPorts(ports, ports, ports, _firmware, new FileJournal(Folder), ports, clr));
        _ports = [ports, _firmware, clr];
        _core.DesiredState = settings.HasDesiredState ? _world.OnDesiredState : null;
        _firmware.Attach(_core);
        clr?.Attach(_core);
        _core.Start();
    }

    /// <inheritdoc/>
    public int Round() => AgentPump.Round(Core, _ports);

    /// <inheritdoc/>
    public bool AddReading(string name, double value) => Core.AddReading(name, value);

    /// <inheritdoc/>
    public void OnConnected() => Core.OnConnected();

    /// <inheritdoc/>
    public void OnDisconnected(string reason) => Core.OnDisconnected(reason);

    /// <inheritdoc/>
    public void OnSubscribed(bool granted) => Core.OnSubscribed(granted);

    /// <inheritdoc/>
    public void OnMessage(string topic, byte[] payload) => Core.OnMessage(topic, payload);

    /// <inheritdoc/>
    public void OnPublished(int id, bool acknowledged) => Core.OnPublished(id, acknowledged);

    /// <inheritdoc/>
    public void OnHealth(bool healthy, string detail) => Core.OnHealth(healthy ? HealthStatus.Healthy : HealthStatus.Unhealthy, detail);

    /// <inheritdoc/>
    public void OnDownloadOpened(SimulatedResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        Core.OnDownloadOpened(new DownloadResponse
        {
            Status = response.Status,
            ContentLength = response.ContentLength,
            RangeStart = response.RangeStart,
            RangeTotal = response.RangeTotal,
            RetryAfterSeconds = response.RetryAfterSeconds,
            ETag = response.ETag,
            Location = response.Location,
        });
    }

    /// <inheritdoc/>
    public void OnDownloadRead(int count) => Core.OnDownloadRead(count);

    /// <inheritdoc/>
    public void Reconsider() => Core.ReconsiderUpdate();

    private sealed class CapturingHost : IAssemblyHost
    {
        public List<byte[]> Assemblies { get; } = [];

        public void Load(string name, byte[] assembly) => Assemblies.Add(assembly);

        public void Run(string entryType)
        {
        }
    }

    private sealed class WorldPolicy(ISimulatedWorld world) : UpdatePolicy
    {
        public override UpdateAnswer MayDownload(UpdateOffer offer) => (UpdateAnswer)world.AskPolicy(false);

        public override UpdateAnswer MayReboot(UpdateOffer offer) => (UpdateAnswer)world.AskPolicy(true);
    }
}
