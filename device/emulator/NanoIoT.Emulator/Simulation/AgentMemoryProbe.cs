namespace NanoIoT.Emulator.Simulation;

/// <summary>Measures what an update takes of the managed heap.</summary>
public static class AgentMemoryProbe
{
    /// <summary>Measures one update of the device binary.</summary>
    /// <param name="announcement">The announcement.</param>
    /// <param name="artifact">Image and digests.</param>
    /// <param name="settings">The agent's settings.</param>
    /// <returns>The highest live heap above the idle agent, and all bytes the agent allocated.</returns>
    public static (long Peak, long Allocated) Measure(byte[] announcement, byte[] artifact, SimulatedSettings settings) =>
        SimulationLibrary.Instance.Measure(announcement, artifact, settings);
}
