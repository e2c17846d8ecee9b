using NanoIoT.Emulator.Hosting;

namespace System
{
    /// <summary>The board's console goes to the board's log.</summary>
    public static class Console
    {
        public static void Write(string value) => BoardHost.Current.WriteLine(value);

        public static void WriteLine() => BoardHost.Current.WriteLine(string.Empty);

        public static void WriteLine(string value) => BoardHost.Current.WriteLine(value);
    }
}
