using System.Security.Cryptography;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Firmware;

/// <summary>
/// The keys whose signature on images and bundles is accepted: the service's own, and those of
/// <c>--trusted-image-key</c>.
/// </summary>
internal sealed class ImageKeys
{
    private readonly List<(string Hash, ReadOnlyMemory<byte> Key)> _keys;

    public ImageKeys(IEnumerable<ReadOnlyMemory<byte>> publicKeys) =>
        _keys = [.. publicKeys.Select(key => (Convert.ToHexStringLower(SHA256.HashData(key.Span)), key)).DistinctBy(item => item.Item1)];

    private string Trusted => string.Join(", ", _keys.Select(item => item.Hash));

    /// <summary>Reads public keys from PEM files; of a private key, its public half counts.</summary>
    /// <exception cref="CloudException">A file is not a P-256 key in PEM, or cannot be read.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Read(IEnumerable<string> files)
    {
        var keys = new List<ReadOnlyMemory<byte>>();
        foreach (string file in files)
        {
            try
            {
                using ECDsa key = ECDsa.Create();
                key.ImportFromPem(File.ReadAllText(file));
                if (key.KeySize != 256)
                {
                    throw new CryptographicException($"it has {key.KeySize} bits");
                }

                keys.Add(key.ExportSubjectPublicKeyInfo());
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
            {
                throw new CloudException(ErrorCodes.InvalidRequest, $"The trusted image key '{file}' must be a P-256 key in PEM: {exception.Message}", exception);
            }
        }

        return keys;
    }

    /// <summary>Refuses an image that no board's boot loader would start.</summary>
    /// <exception cref="CloudException">The image is not signed, is signed with another key, or its signature is wrong.</exception>
    public void Check(McuBootImageFile image)
    {
        if (image.KeyHash is not ReadOnlyMemory<byte> hash)
        {
            throw Refuse(
                "The image is not signed. Sign it (nanoiot firmware sign) with a trusted key. "
                + $"Hashes of the trusted keys: {Trusted}.");
        }

        const string advice = "Every board would go back to its old image. "
            + "Sign the image with a trusted key (nanoiot firmware sign). "
            + "If the boards' boot loaders trust this key, start the service with --trusted-image-key.";
        Check("image", hash, image.IsSignedBy, advice);
    }

    /// <summary>
    /// Refuses a bundle with a signature of another installation. A bundle without a signature is accepted: what boards
    /// verify is the manifest, which the service signs.
    /// </summary>
    /// <exception cref="CloudException">The bundle is signed with another key, or its signature is wrong.</exception>
    public void Check(BundleFile bundle)
    {
        if (bundle.KeyHash is ReadOnlyMemory<byte> hash)
        {
            const string advice = "Sign the bundle with a trusted key (nanoiot firmware sign), "
                + "or start the service with --trusted-image-key.";
            Check("bundle", hash, bundle.IsSignedBy, advice);
        }
    }

    private void Check(
        string what, ReadOnlyMemory<byte> hash, Func<ReadOnlyMemory<byte>, bool> isSignedBy, string advice)
    {
        string found = Convert.ToHexStringLower(hash.Span);
        (_, ReadOnlyMemory<byte> key) = _keys.FirstOrDefault(item => item.Hash == found);
        if (key.IsEmpty)
        {
            throw Refuse(
                $"The {what} is signed with a key that is not trusted (hash {found}). "
                + $"Hashes of the trusted keys: {Trusted}. {advice}");
        }

        if (!isSignedBy(key))
        {
            throw Refuse(
                $"The {what} names the trusted key with hash {found}, but its signature is not valid for this key. "
                + $"Sign the {what} again (nanoiot firmware sign).");
        }
    }

    private static CloudException Refuse(string message) => new(ErrorCodes.UntrustedKey, message);
}
