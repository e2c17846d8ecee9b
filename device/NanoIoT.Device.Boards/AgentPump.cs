namespace NanoIoT.Device.Boards
{
    /// <summary>
    /// The agent's rounds. What is due comes before the next slow operation, so the time between two ticks is at most one
    /// operation of each port (a read, a write, an attempt to connect), however long a download lasts.
    /// </summary>
    public static class AgentPump
    {
        /// <summary>Does what is due, then one slow operation of each port that was asked for one.</summary>
        /// <param name="core">The core.</param>
        /// <param name="ports">The ports; null where the board has none of that kind.</param>
        /// <returns>Milliseconds until the next round; 0 where there may be more to do at once.</returns>
        public static int Round(AgentCore core, IPendingPort?[] ports)
        {
            int wait = core.Tick();
            for (int i = 0; i < ports.Length; i++)
            {
                IPendingPort? port = ports[i];
                if (port != null && port.RunPending())
                {
                    wait = 0;
                }
            }

            return wait;
        }
    }
}
