using System;
using System.Collections;
using System.Threading;
using nanoFramework.Json;
using NanoIoT.Device.Boards;
#if FILES
using NanoIoT.Device.Loader;
#else
using NanoIoT.Device.McuBoot;
#endif
using NanoIoT.Device.Ota;

namespace Thermostat
{
    /// <summary>
    /// A thermostat: reads a sensor, reports it, takes a setpoint from the shadow, and lets its firmware be updated.
    /// Release 1.1.0 also reports humidity. Release 1.2.0 has a new sensor driver that does not work, and says so.
    /// </summary>
    public static class Program
    {
#if NEW_SENSOR_DRIVER
        private const string Version = "1.2.0";
#elif HUMIDITY
        private const string Version = "1.1.0";
#else
        private const string Version = "1.0.0";
#endif
        private const string Folder = "I:\\nanoiot";
        private const int ReadingMilliseconds = 20000;
#if !FILES
        private const int TrialSeconds = 300;
#endif

        private static DeviceAgent? s_agent;
        private static double s_setpoint = 20;

        /// <summary>The program.</summary>
        public static void Main()
        {
#if FILES
            // The resident loader chose this release's slot, and watches its trial.
            Run(SlotLoader.Slots!);
#else
            var firmware = new McuBootFirmware(Folder);
            TrialGuard.Run(firmware, TrialSeconds, () => Run(firmware));
#endif
        }

        private static void Run(SlotFirmware firmware)
        {
            AgentOptions options = AgentOptions.Load(Folder);
            options.Settings.FirmwareVersion = Version;
            options.Settings.UseClassicShadow = true;
#if FILES
            options.Settings.LoaderVersion = SlotLoader.Version;
            var agent = new DeviceAgent(options, firmware);
#else
            var agent = new DeviceAgent(options, firmware, McuBootFirmware.ForNanoClr(Folder));
#endif
            agent.HealthCheck = CheckHealth;
            agent.DesiredState = OnDesiredState;
            s_agent = agent;
            agent.Start();

            var sensor = new Sensor();
            while (true)
            {
                agent.AddReading("temperature", sensor.ReadTemperature(s_setpoint));
#if HUMIDITY
                agent.AddReading("humidity", sensor.ReadHumidity());
#endif
                Thread.Sleep(ReadingMilliseconds);
            }
        }

        private static HealthStatus CheckHealth(out string detail)
        {
#if NEW_SENSOR_DRIVER
            detail = "sensor driver does not answer";
            return HealthStatus.Unhealthy;
#else
            detail = string.Empty;
            return HealthStatus.Healthy;
#endif
        }

        private static void OnDesiredState(string json)
        {
            try
            {
                var desired = (Hashtable)JsonConvert.DeserializeObject(json, typeof(Hashtable));
                if (!desired.Contains("setpoint"))
                {
                    return;
                }

                object value = desired["setpoint"]!;
                s_setpoint = value is int whole ? whole : (double)value;
                var reported = new Hashtable { { "setpoint", value } };
                s_agent!.ReportState(JsonConvert.SerializeObject(reported));
            }
            catch (Exception exception)
            {
                // A setpoint that is no number changes nothing.
                Console.WriteLine("desired state ignored: " + exception.Message);
            }
        }
    }
}
