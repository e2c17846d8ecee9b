using NanoIoT.Shared;

namespace NanoIoT.Testing.Simulation;

/// <summary>A published image in the simulated cloud.</summary>
/// <param name="Manifest">What it is.</param>
/// <param name="ManifestBytes">The signed bytes.</param>
/// <param name="Signature">Their signature.</param>
/// <param name="Artifact">What is downloaded: image and digests.</param>
public sealed record SimulatedImage(Manifest Manifest, byte[] ManifestBytes, byte[] Signature, byte[] Artifact);
