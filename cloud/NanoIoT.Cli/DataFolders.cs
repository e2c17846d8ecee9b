namespace NanoIoT.Cli;

/// <summary>Where services keep their data.</summary>
internal static class DataFolders
{
    /// <summary>The folder of a service whose user named none.</summary>
    public static string Default
    {
        get
        {
            string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
            return Path.Combine(local.Length > 0 ? local : Path.GetTempPath(), "nanoiot");
        }
    }

    /// <summary>A new folder to throw away.</summary>
    public static string CreateTemporary() => Directory.CreateTempSubdirectory("nanoiot-").FullName;
}
