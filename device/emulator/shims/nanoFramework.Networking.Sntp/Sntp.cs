using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Networking
{
    /// <summary>The board's time client: a virtual board's clock is the host's, unless its network gives it no time.</summary>
    public class Sntp
    {
        public static bool IsStarted => BoardHost.Current.IsTimeRequested;

        public static string Server1 { get => BoardHost.Current.TimeServer; set => BoardHost.Current.TimeServer = value; }

        public static string Server2 { get; set; } = string.Empty;

        public static void Start() => BoardHost.Current.RequestTime();

        public static void Stop()
        {
        }

        public static void UpdateNow() => BoardHost.Current.RequestTime();
    }
}
