namespace NanoIoT.HardwareProfiles;

/// <summary>How a board is flashed; <c>{port}</c>, <c>{image}</c> and <c>{files}</c> stand for the user's.</summary>
/// <param name="Command">The tool.</param>
/// <param name="Firmware">Arguments that flash the nanoCLR.</param>
/// <param name="Deployment">Arguments that flash the application.</param>
/// <param name="Files">Arguments that write files.</param>
public sealed record FlashTool(string Command, IReadOnlyList<string> Firmware, IReadOnlyList<string> Deployment, IReadOnlyList<string> Files);
