using System.Threading;
using NanoIoT.Device.Boards;
using NanoIoT.Device.Loader;

namespace LoaderHost
{
    /// <summary>
    /// The resident program of a board that updates by files: flashed once, with the agent and its libraries. It runs the
    /// application of the slot the loader chooses; where neither slot holds one that is whole, the agent alone, which takes
    /// the next bundle that a campaign announces.
    /// </summary>
    public static class Program
    {
        private const string Folder = "I:\\nanoiot";
        private const int TrialSeconds = 300;

        /// <summary>The program.</summary>
        public static void Main()
        {
            AgentOptions options = AgentOptions.Load(Folder);
            var slots = new FileSlots(options.SlotFolder, Folder);
            new SlotLoader(slots).Run(TrialSeconds, () => Recover(options, slots));
        }

        private static void Recover(AgentOptions options, FileSlots slots)
        {
            options.Settings.FirmwareVersion = "0.0.0";
            options.Settings.LoaderVersion = SlotLoader.Version;
            options.Settings.BootReason = "recovery";
            new DeviceAgent(options, slots).Start();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
