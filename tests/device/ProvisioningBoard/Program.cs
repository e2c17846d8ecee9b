using System;
using System.Threading;
using NanoIoT.Device.Boards;
using NanoIoT.Device.McuBoot;
using NanoIoT.Device.Provisioning;

namespace ProvisioningBoard
{
    /// <summary>A program that becomes a thing where it is none, renews its certificate where the setting timeServer says "renew", and then runs the agent.</summary>
    public static class Program
    {
        private const string Folder = "I:\\nanoiot";

        /// <summary>The program.</summary>
        public static void Main()
        {
            AgentOptions options = AgentOptions.Load(Folder);
            options.Settings.FirmwareVersion = "1.0.0";
            BoardIdentity identity = BoardIdentity.Open(options);
            while (!identity.Provision("nanoiot-fleet", "SN-1042"))
            {
                Console.WriteLine("not provisioned: " + identity.Error);
                Thread.Sleep(500);
            }

            Console.WriteLine("thing: " + options.Settings.ThingName);
            if (options.TimeServer == "renew")
            {
                for (int i = 0; i < 5 && !identity.Renew(10000); i++)
                {
                    Console.WriteLine("not renewed: " + identity.Error);
                    Thread.Sleep(500);
                }

                options.TimeServer = string.Empty;
                Console.WriteLine("renewal: " + (identity.Error.Length == 0 ? "done" : identity.Error));
            }

            new DeviceAgent(options, new McuBootFirmware(Folder)).Start();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
