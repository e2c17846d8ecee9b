namespace NanoIoT.Cloud.Registry.Search;

/// <summary>What is searched. Nothing is built ahead, so a change holds from the next query on.</summary>
public sealed record IndexingConfiguration
{
    /// <summary>OFF, REGISTRY or REGISTRY_AND_SHADOW.</summary>
    public string ThingMode { get; init; } = "REGISTRY_AND_SHADOW";

    /// <summary>OFF or STATUS.</summary>
    public string ConnectivityMode { get; init; } = "STATUS";

    /// <summary>OFF or ON.</summary>
    public string NamedShadowMode { get; init; } = "ON";

    /// <summary>OFF or ON.</summary>
    public string GroupMode { get; init; } = "ON";

    /// <summary>Whether things are searched at all.</summary>
    public bool HasThings => ThingMode != "OFF";

    /// <summary>Whether shadows are.</summary>
    public bool HasShadows => ThingMode == "REGISTRY_AND_SHADOW";

    /// <summary>Whether named shadows are.</summary>
    public bool HasNamedShadows => HasShadows && NamedShadowMode == "ON";

    /// <summary>Whether connectivity is.</summary>
    public bool HasConnectivity => ConnectivityMode == "STATUS";
}
