using System.Reflection;

namespace NanoIoT.HardwareProfiles;

/// <summary>The profiles this build knows.</summary>
public static class ProfileCatalog
{
    private static readonly Lazy<IReadOnlyDictionary<string, HardwareProfile>> s_profiles = new(Load);

    /// <summary>All profiles by name.</summary>
    public static IReadOnlyDictionary<string, HardwareProfile> All => s_profiles.Value;

    /// <summary>A profile.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The profile, or null.</returns>
    public static HardwareProfile? Find(string name) => All.GetValueOrDefault(name);

    private static Dictionary<string, HardwareProfile> Load()
    {
        Assembly assembly = typeof(ProfileCatalog).Assembly;
        var profiles = new Dictionary<string, HardwareProfile>(StringComparer.Ordinal);
        foreach (string resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith("profiles/", StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            HardwareProfile profile = HardwareProfile.Parse(bytes);
            profiles.Add(profile.Name, profile);
        }

        return profiles;
    }
}
