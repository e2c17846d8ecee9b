using NanoIoT.Emulator.Hosting;
using System.Runtime.CompilerServices;

namespace System.IO
{
    internal static class Drive
    {
        public static IBoardFiles Files
        {
            get
            {
                BoardHost.Current.ThrowIfStopped();
                return BoardHost.Current.Files;
            }
        }
    }
}
