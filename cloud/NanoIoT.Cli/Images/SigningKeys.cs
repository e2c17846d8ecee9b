using System.Security.Cryptography;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cli.Images;

/// <summary>Keys as a user names them: a PEM file, or <c>kms:KEYID</c>.</summary>
internal static class SigningKeys
{
    /// <summary>Opens a key that verifies: a private or a public key in PEM, or one in KMS.</summary>
    public static async Task<ReadOnlyMemory<byte>> OpenPublicAsync(string name, AwsOptions aws, CancellationToken cancellationToken)
    {
        if (name.StartsWith(FirmwareSigners.KmsPrefix, StringComparison.Ordinal))
        {
            using KmsSigner signer = await KmsSigner.OpenAsync(name[FirmwareSigners.KmsPrefix.Length..], aws, cancellationToken).ConfigureAwait(false);
            return signer.PublicKey;
        }

        try
        {
            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(CommandFiles.ReadText(name));
            return key.KeySize == 256 ? key.ExportSubjectPublicKeyInfo() : throw new CryptographicException("not a P-256 key");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"The file '{name}' is not a P-256 key in PEM format.", exception);
        }
    }
}
