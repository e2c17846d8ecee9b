using NanoIoT.Shared;

namespace NanoIoT.Cloud.Firmware;

/// <summary>An artifact as it is stored: its signed bytes say what it is.</summary>
internal sealed record StoredArtifact(string Component, string Version, byte[] Manifest, byte[] Signature, string KeyId, string File, long Created)
{
    public const string Kind = "artifact";

    private Artifact? _artifact;

    [System.Text.Json.Serialization.JsonIgnore]
    public string Id => IdOf(Component, Version);

    /// <summary>It, read.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Artifact Artifact => _artifact ??= new Artifact(Shared.Manifest.Parse(Manifest), Manifest, Signature, KeyId, File, Created);

    public static string IdOf(string component, string version) => component + "|" + version;

    public static StoredArtifact Of(Artifact artifact) =>
        new(artifact.Manifest.Component, artifact.Manifest.Version, artifact.ManifestBytes, artifact.Signature, artifact.KeyId, artifact.File, artifact.Created);
}
