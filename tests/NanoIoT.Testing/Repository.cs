namespace NanoIoT.Testing;

/// <summary>The repository the tests were built from.</summary>
public static class Repository
{
    /// <summary>Its root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The build configuration the tests run in.</summary>
    public static string Configuration { get; } = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>A device project's assembly.</summary>
    /// <param name="folder">The project's folder below the root.</param>
    /// <param name="name">The assembly's name.</param>
    /// <returns>Its path.</returns>
    public static string DeviceAssembly(string folder, string name) => Path.Combine(Root, folder, "bin", Configuration, "net10.0", name + ".dll");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "nanoIoT.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not stand in the repository.");
    }
}
