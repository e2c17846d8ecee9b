namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>A target's name resolves to an address that is not public.</summary>
/// <param name="message">Which, and how to allow it.</param>
internal sealed class PrivateTargetException(string message) : IOException(message);
