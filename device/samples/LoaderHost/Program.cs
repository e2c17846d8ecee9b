using System;
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

        /// <summary>The program.</summary>
        public static void Main()
        {
            AgentOptions options = LoadOptions();
            var slots = new FileSlots(options.SlotFolder, Folder);
            new SlotLoader(slots).Run(options.GuardSeconds, () => Recover(options, slots));
        }

        private static AgentOptions LoadOptions()
        {
            try
            {
                return AgentOptions.Load(Folder);
            }
            catch (Exception exception)
            {
                // The application may still run, and know better.
                Console.WriteLine("settings: " + exception.Message);
                return new AgentOptions();
            }
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
