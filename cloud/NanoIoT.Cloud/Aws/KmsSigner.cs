using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Aws;

/// <summary>
/// A signing key in AWS KMS (key spec ECC_NIST_P256, usage SIGN_VERIFY): the private half never leaves it. Region, endpoint
/// and credentials come from where the AWS SDK takes them (environment, profile, role; <c>AWS_ENDPOINT_URL_KMS</c>).
/// Source: AWS KMS API Reference, GetPublicKey and Sign.
/// </summary>
public sealed class KmsSigner : IFirmwareSigner, IDisposable
{
    private readonly IAmazonKeyManagementService _kms;
    private readonly string _keyId;

    private KmsSigner(IAmazonKeyManagementService kms, string keyId, byte[] publicKey)
    {
        _kms = kms;
        _keyId = keyId;
        PublicKey = publicKey;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Asks KMS for the key's public half.</summary>
    /// <param name="keyId">A key id, ARN or alias.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The signer.</returns>
    /// <exception cref="CloudException">KMS has no such key, refuses, or the key is no P-256 signing key.</exception>
    public static async Task<KmsSigner> OpenAsync(string keyId, CancellationToken cancellationToken = default)
    {
        AmazonKeyManagementServiceClient? kms = null;
        try
        {
            kms = new AmazonKeyManagementServiceClient();
            GetPublicKeyResponse answer = await kms.GetPublicKeyAsync(new GetPublicKeyRequest { KeyId = keyId }, cancellationToken).ConfigureAwait(false);
            if (answer.KeySpec != KeySpec.ECC_NIST_P256 || answer.KeyUsage != KeyUsageType.SIGN_VERIFY)
            {
                throw new CloudException(ErrorCodes.InvalidRequest, $"kms:{keyId} is {answer.KeySpec} for {answer.KeyUsage}; needed is ECC_NIST_P256 for SIGN_VERIFY.");
            }

            var signer = new KmsSigner(kms, keyId, answer.PublicKey.ToArray());
            kms = null;
            return signer;
        }
        catch (AmazonServiceException exception)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"kms:{keyId}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is AmazonClientException or HttpRequestException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"kms:{keyId}: {exception.Message}", exception);
        }
        finally
        {
            kms?.Dispose();
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]> SignHashAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken = default)
    {
        try
        {
            using var message = new MemoryStream(hash.ToArray());
            SignResponse answer = await _kms.SignAsync(
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
    public void Dispose() => _kms.Dispose();
}
