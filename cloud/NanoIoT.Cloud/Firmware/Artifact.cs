using NanoIoT.Shared;

namespace NanoIoT.Cloud.Firmware;

/// <summary>A published image.</summary>
/// <param name="Manifest">What it is.</param>
/// <param name="ManifestBytes">The signed bytes.</param>
/// <param name="Signature">Their signature.</param>
/// <param name="KeyId">Whose.</param>
/// <param name="File">Its name in the store.</param>
/// <param name="Created">When it was published, Unix seconds.</param>
public sealed record Artifact(Manifest Manifest, byte[] ManifestBytes, byte[] Signature, string KeyId, string File, long Created);
