using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Hosting;

/// <summary>Which keys a store was used with, kept in the store itself: a service that has others is refused.</summary>
/// <param name="Format">The format of the records; a later one is refused.</param>
/// <param name="Ca">The fingerprint of the root certificate.</param>
/// <param name="Secrets">The fingerprint of <c>secrets.key</c>.</param>
/// <param name="FirmwareKey">The id of the key that signs manifests.</param>
internal sealed record ServiceIdentity(int Format, string Ca, string Secrets, string FirmwareKey)
{
    /// <summary>The format that this version writes.</summary>
    public const int CurrentFormat = 1;

    private const string Kind = "service";

    /// <summary>Compares the keys of this start with those that the store knows, and records them in a new store.</summary>
    /// <exception cref="CloudException">They are not the same, or the store is not the one that the keys belong to.</exception>
    public static async Task CheckAsync(RecordStore store, UserDirectory users, CloudOptions options, Resources resources)
    {
        RecordTable<ServiceIdentity> table = store.Open<ServiceIdentity>(Kind, _ => "keys");
        ServiceIdentity current = Of(resources);
        ServiceIdentity? known = table.Get("keys");
        if (known?.Format > CurrentFormat)
        {
            throw new CloudException(
                ErrorCodes.DataNewer,
                $"The store was written by a newer version of nanoIoT (format {known.Format}); this version reads formats up to {CurrentFormat}. Start the newer version.");
        }

        if (!options.Init)
        {
            if (known is null && users.List().Count == 0 && resources.Keys.IsInUse && options.Tables is string tables)
            {
                throw new CloudException(
                    ErrorCodes.DataMissing,
                    $"The tables {tables}* in {options.Region} are empty, but the keys in {resources.Keys.Folder} belong to a service that has stored data. "
                    + "Check --tables and --region, restore the tables, or move a data folder into them with 'nanoiot migrate --to tables'. Only --init starts with empty tables.");
            }

            if (known is not null)
            {
                known.Require(current, options, resources);
            }
        }

        if (known != current)
        {
            await store.WriteAsync("RecordServiceKeys", transaction => transaction.Put(table, current)).ConfigureAwait(false);
        }
    }

    private static ServiceIdentity Of(Resources resources)
    {
        using X509Certificate2 root = X509Certificate2.CreateFromPem(resources.Authority.RootPem);
        return new ServiceIdentity(CurrentFormat, Short(SHA256.HashData(root.RawDataMemory.Span)), resources.Secrets.Fingerprint, resources.Key.Id);
    }

    private static string Short(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash[..8]);

    private void Require(ServiceIdentity current, CloudOptions options, Resources resources)
    {
        string folder = resources.Keys.Folder;
        string signer = options.FirmwareKey ?? Path.Combine(folder, "firmware.key");
        string[] differences =
        [
            .. Difference("the CA in " + Path.Combine(folder, "ca.pem"), Ca, current.Ca),
            .. Difference(Path.Combine(folder, "secrets.key"), Secrets, current.Secrets),
            .. Difference("the firmware signing key " + signer, FirmwareKey, current.FirmwareKey),
        ];
        if (differences.Length > 0)
        {
            string store = options.Tables is string tables ? $"the tables {tables}*" : Path.Combine(options.DataFolder, FolderGuard.Database);
            throw new CloudException(
                ErrorCodes.KeysMismatch,
                $"The keys are not those that {store} was used with: {string.Join("; ", differences)}. Boards and users would be rejected. "
                + "Name the right folder with --keys (or --data) and the right key with --firmware-key, or restore the keys from a backup. "
                + "If the change is intended, start once with --init.");
        }
    }

    private static string[] Difference(string what, string known, string current) =>
        known == current ? [] : [$"{what} is {current}, expected {known}"];
}
