using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Aws;

/// <summary>Signing keys as a user names them: a PEM file, or <c>kms:KEYID</c>.</summary>
public static class FirmwareSigners
{
    /// <summary>What the name of a key in AWS KMS begins with.</summary>
    public const string KmsPrefix = "kms:";

    /// <summary>Opens a key that signs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="aws">Region and endpoint of KMS.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The signer.</returns>
    /// <exception cref="CloudException">There is none, or KMS refuses.</exception>
    public static async Task<IFirmwareSigner> OpenAsync(string name, AwsOptions aws, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(KmsPrefix, StringComparison.Ordinal)
            ? await KmsSigner.OpenAsync(name[KmsPrefix.Length..], aws, cancellationToken).ConfigureAwait(false)
            : FirmwareKey.OpenExisting(name);
    }
}
