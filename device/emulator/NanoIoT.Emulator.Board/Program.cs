using System.Security.Cryptography;
using NanoIoT.Emulator.Isolation;
using NanoIoT.Emulator.Runtime;
using NanoIoT.HardwareProfiles;

// Runs one boot of a board; ends with IsolatedBoard.RebootExitCode when the board reboots.
IsolatedBoardOptions options = IsolatedBoardOptions.Load(args[0]);
using ECDsa key = ECDsa.Create();
key.ImportFromPem(options.BootKeyPem);
var board = new VirtualBoard(new VirtualBoardOptions
{
    Name = options.Name,
    Profile = ProfileCatalog.Find(options.Profile)!,
    FactoryImage = options.FactoryImage,
    BootKey = key,
    Files = options.Files,
    Rebooting = () => Environment.Exit(IsolatedBoard.RebootExitCode),
});
using var hardware = HardwareFile.Attach(board.Hardware, options.StateFile);
board.Log += (_, line) => Console.WriteLine(line);
board.Booted += (_, version) => Console.WriteLine($"booted {version}");
await board.PowerOnAsync().ConfigureAwait(false);
if (board.IsBricked)
{
    Console.WriteLine("BRICKED");
}

await Task.Delay(Timeout.Infinite).ConfigureAwait(false);
