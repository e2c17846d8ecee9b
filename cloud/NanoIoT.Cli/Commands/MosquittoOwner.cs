using System.Diagnostics;

namespace NanoIoT.Cli.Commands;

/// <summary>
/// Whose Mosquitto's files are. Started by root, Mosquitto becomes another user before it reads them, so they must be that user's;
/// started by anybody else, it stays who it is.
/// </summary>
internal static class MosquittoOwner
{
    /// <summary>The user that packages of Mosquitto create.</summary>
    public const string DefaultUser = "mosquitto";

    /// <summary>The user for a configuration that is written now, or null where whoever starts Mosquitto is the user.</summary>
    public static string? Of(string user) => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess ? user : null;

    /// <summary>Makes a folder and its files a user's.</summary>
    /// <returns>False where there is no such user.</returns>
    public static bool TryOwn(string folder, string user)
    {
        using Process process = Process.Start(new ProcessStartInfo("chown", ["-R", user, folder]) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
