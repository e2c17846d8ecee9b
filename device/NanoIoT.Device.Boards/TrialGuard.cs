using System;
using System.Threading;
using nanoFramework.Runtime.Native;
using NanoIoT.Device.Board;
using NanoIoT.Shared;

namespace NanoIoT.Device.Boards
{
    /// <summary>
    /// Ends a trial that the application does not end: it hangs, spins, runs out of memory, throws, or never starts its
    /// agent. Its thread has the highest priority, and the CLR's scheduler is preemptive, so it wakes whatever the
    /// application does. (A hang in native code needs the hardware's watchdog.)
    /// </summary>
    public static class TrialGuard
    {
        private const int PollMilliseconds = 1000;

        /// <summary>
        /// Runs a program, watched while its firmware is on trial. The first thing in <c>Main</c>:
        /// <c>TrialGuard.Run(firmware, 300, Application)</c>. Boards with the loader are watched by it.
        /// </summary>
        /// <param name="firmware">The slot the program came from.</param>
        /// <param name="seconds">How long the trial may take; longer than the agent's own limit, which tells more.</param>
        /// <param name="program">The program.</param>
        public static void Run(SlotFirmware firmware, int seconds, ThreadStart program)
        {
            if (firmware.GetStatus() == FirmwareStatus.Testing)
            {
                Start(firmware, seconds);
            }

            try
            {
                program();
            }
            catch (Exception exception)
            {
                string message = ApplicationFault.Describe("program", exception.InnerException ?? exception);
                Console.WriteLine(message);
                End(firmware, ReasonCodes.ApplicationFailed, message);
            }
        }

        private static void Start(SlotFirmware firmware, int seconds)
        {
            var thread = new Thread(() =>
            {
                for (long waited = 0; waited < seconds * 1000L; waited += PollMilliseconds)
                {
                    Thread.Sleep(PollMilliseconds);
                    if (firmware.GetStatus() != FirmwareStatus.Testing)
                    {
                        return;
                    }
                }

                End(firmware, ReasonCodes.TrialTimeout, "not confirmed in time");
            });
            thread.Priority = ThreadPriority.Highest;
            thread.Start();
        }

        /// <summary>Goes back, if there is something to go back from: confirmed firmware stays, whatever it does.</summary>
        private static void End(SlotFirmware firmware, string reason, string detail)
        {
            bool isOnTrial = true;
            try
            {
                isOnTrial = firmware.GetStatus() == FirmwareStatus.Testing;
                if (isOnTrial)
                {
                    firmware.Explain(reason, detail);
                    firmware.Revert();
                }
            }
            catch (Exception)
            {
                // No memory is left, perhaps: what is not confirmed goes by the reboot alone.
                isOnTrial = true;
            }

            if (isOnTrial)
            {
                Power.RebootDevice();
            }
        }
    }
}
