using System;
using System.Collections;
using System.Threading;
using nanoFramework.Runtime.Native;
using NanoIoT.Device.Boards;
#if FILES
using NanoIoT.Device.Loader;
#else
using NanoIoT.Device.McuBoot;
#endif
using NanoIoT.Device.Ota;

namespace BadApplications
{
    /// <summary>A release that misbehaves. The test writes over the text below, in the compiled binary, how.</summary>
    public static class Program
    {
        private const string Folder = "I:\\nanoiot";

        private static readonly object s_first = new object();
        private static readonly object s_second = new object();
        private static readonly ArrayList s_memory = new ArrayList();
        private static Thread? s_worker;

        /// <summary>The program.</summary>
        public static void Main()
        {
#if FILES
            Run(SlotLoader.Slots!);
#else
            var firmware = new McuBootFirmware(Folder);
            TrialGuard.Run(firmware, 8, () => Run(firmware));
#endif
        }

        private static void Run(SlotFirmware firmware)
        {
            string behaviour = "BEHAVIOUR.......................".TrimEnd('.');
            Console.WriteLine("misbehaving: " + behaviour);
            switch (behaviour)
            {
                case "throw in Main":
                    throw new Exception("out of ideas");
                case "throw in a thread":
                    s_worker = new Thread(() => throw new Exception("worker ended"));
                    s_worker.Start();
                    Start(firmware, null);
                    break;
                case "throw in CheckHealth":
                    Start(firmware, null, () => throw new ArgumentException("no sensor at 0x40"));
                    break;
                case "spin":
                    while (true)
                    {
                    }

                case "deadlock":
                    Deadlock();
                    break;
                case "recurse":
                    Recurse(1);
                    break;
                case "exhaust the heap":
                    Exhaust();
                    break;
                case "never check health":
                    Start(firmware, null);
                    break;
                case "break the network":
                    Start(firmware, "192.0.2.1");
                    break;
                case "reboot":
                    Power.RebootDevice();
                    break;
                default:
                    throw new Exception("unknown behaviour " + behaviour);
            }

            Thread.Sleep(Timeout.Infinite);
        }

        private static void Start(SlotFirmware firmware, string? host, ThreadStart? checkHealth = null)
        {
            AgentOptions options = AgentOptions.Load(Folder);
            options.Host = host ?? options.Host;
            options.Settings.FirmwareVersion = "2.0.0";
            options.Settings.TrialSeconds = 5;
            var agent = new DeviceAgent(options, firmware);
            agent.HealthCheck = CheckHealth;
            if (checkHealth != null)
            {
                agent.HealthCheck = (out string detail) =>
                {
                    detail = string.Empty;
                    checkHealth();
                    return HealthStatus.Healthy;
                };
            }

            agent.Start();
        }

        private static HealthStatus CheckHealth(out string detail)
        {
            detail = "worker is not alive";
            if (s_worker == null)
            {
                Thread.Sleep(Timeout.Infinite);
            }

            return s_worker!.IsAlive ? HealthStatus.Healthy : HealthStatus.Unhealthy;
        }

        private static void Deadlock()
        {
            var other = new Thread(() =>
            {
                lock (s_second)
                {
                    Thread.Sleep(200);
                    lock (s_first)
                    {
                        Console.WriteLine("never");
                    }
                }
            });
            other.Start();
            lock (s_first)
            {
                Thread.Sleep(200);
                lock (s_second)
                {
                    Console.WriteLine("never");
                }
            }
        }

        private static int Recurse(int depth) => depth + Recurse(depth + 1) + 1;

        private static void Exhaust()
        {
            while (true)
            {
                try
                {
                    s_memory.Add(new byte[65536]);
                }
                catch (OutOfMemoryException)
                {
                    // Holds on to all of it.
                    Thread.Sleep(10);
                }
            }
        }
    }
}
