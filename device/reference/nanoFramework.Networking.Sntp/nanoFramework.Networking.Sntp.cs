// Signatures of nanoFramework.Networking.Sntp 1.0.0.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("1.0.0.0")]

namespace nanoFramework.Networking
{
    public class Sntp
    {
        public Sntp() => throw null;
        public static bool IsStarted { get => throw null; }
        public static string Server1 { get => throw null; set => throw null; }
        public static string Server2 { get => throw null; set => throw null; }
        public static void Start() => throw null;
        public static void Stop() => throw null;
        public static void UpdateNow() => throw null;
    }
}
