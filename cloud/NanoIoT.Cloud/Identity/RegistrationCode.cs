namespace NanoIoT.Cloud.Identity;

/// <summary>What proves that somebody who registers a CA holds its key: the common name of a certificate it signs.</summary>
/// <param name="Code">64 hexadecimal digits.</param>
public sealed record RegistrationCode(string Code);
