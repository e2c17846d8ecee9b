using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Aws;

/// <summary>
/// A signing key in AWS KMS (key spec ECC_NIST_P256, usage SIGN_VERIFY): the private half never leaves it. Region, endpoint
/// and credentials are those of all AWS clients (<see cref="AwsClients"/>).
/// Source: AWS KMS API Reference, GetPublicKey and Sign.
/// </summary>
public sealed class KmsSigner : IFirmwareSigner, IDisposable
{
    private readonly AwsClients _aws;
    private readonly string _keyId;

    private KmsSigner(AwsClients aws, string keyId, byte[] publicKey)
    {
        _aws = aws;
        _keyId = keyId;
        PublicKey = publicKey;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Asks KMS for the key's public half.</summary>
    /// <param name="keyId">A key id, ARN or alias.</param>
    /// <param name="options">Region and endpoint.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The signer.</returns>
    /// <exception cref="CloudException">KMS has no such key, refuses, or the key is no P-256 signing key.</exception>
    public static async Task<KmsSigner> OpenAsync(string keyId, AwsOptions options, CancellationToken cancellationToken = default)
    {
        AwsClients? aws = new(options);
        try
        {
            GetPublicKeyResponse answer = await aws.Kms.GetPublicKeyAsync(new GetPublicKeyRequest { KeyId = keyId }, cancellationToken).ConfigureAwait(false);
            if (answer.KeySpec != KeySpec.ECC_NIST_P256 || answer.KeyUsage != KeyUsageType.SIGN_VERIFY)
            {
                throw new CloudException(
                    ErrorCodes.InvalidRequest,
                    $"kms:{keyId} has key spec {answer.KeySpec} and usage {answer.KeyUsage}; it must be ECC_NIST_P256 and SIGN_VERIFY.");
            }

            var signer = new KmsSigner(aws, keyId, answer.PublicKey.ToArray());
            aws = null;
            return signer;
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            throw new CloudException(
                ErrorCodes.InvalidRequest, $"The key kms:{keyId} cannot be used in region {options.Region}: {exception.Message}", exception);
        }
        finally
        {
            aws?.Dispose();
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]> SignHashAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken = default)
    {
        try
        {
            using var message = new MemoryStream(hash.ToArray());
            SignResponse answer = await _aws.Kms.SignAsync(
                new SignRequest { KeyId = _keyId, Message = message, MessageType = MessageType.DIGEST, SigningAlgorithm = SigningAlgorithmSpec.ECDSA_SHA_256 },
                cancellationToken).ConfigureAwait(false);
            return EcdsaSignature.FromDer(answer.Signature.ToArray())
                ?? throw new CloudException(ErrorCodes.Internal, $"kms:{_keyId} answered no ECDSA signature.");
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"kms:{_keyId}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _aws.Dispose();
}
