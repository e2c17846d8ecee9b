namespace NanoIoT.Cloud.Firmware;

/// <summary>An assembly of a bundle.</summary>
/// <param name="Name">Its name, e.g. <c>Thermostat</c>.</param>
/// <param name="Content">A .pe for hardware, an IL assembly for the emulator.</param>
public sealed record BundleAssembly(string Name, ReadOnlyMemory<byte> Content);
