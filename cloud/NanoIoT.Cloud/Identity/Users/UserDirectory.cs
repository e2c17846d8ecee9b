using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Identity.Users;

/// <summary>Users of the API, their access keys and bearer tokens.</summary>
public sealed partial class UserDirectory
{
    /// <summary>The first administrator.</summary>
    public const string FirstAdministrator = "admin";

    private const int MaxKeys = 2;
    private const int MaxTokens = 10;
    private const string KeyLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly RecordStore _store;
    private readonly SecretBox _secrets;
    private readonly TimeProvider _time;
    private readonly RecordTable<User> _users;
    private readonly ConcurrentDictionary<string, string> _userOfKey = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _userOfToken = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _opened = new(StringComparer.Ordinal);

    /// <summary>Opens the directory.</summary>
    /// <param name="store">Where users are kept.</param>
    /// <param name="secrets">Seals their secrets.</param>
    /// <param name="time">The clock.</param>
    public UserDirectory(RecordStore store, SecretBox secrets, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _secrets = secrets;
        _time = time;
        _users = store.Open<User>("user", user => user.Name);
        foreach (User user in _users.Range())
        {
            Index(null, user);
        }

        _users.Changed = Index;
    }

    /// <summary>Raised with a user's name after the user lost a role, a key, a token or everything; its connections are to end.</summary>
    public event Func<string, Task>? AccessRevoked;

    /// <summary>Raised with a user's name after the user was deleted; its sessions are to end.</summary>
    public event Func<string, Task>? Deleted;

    /// <summary>All users, by name.</summary>
    /// <returns>The users.</returns>
    public IReadOnlyList<User> List() => _users.Range();

    /// <summary>A user.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The user, or null.</returns>
    public User? Find(string name) => _users.Get(name);

    /// <summary>The user of a token.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The user, or null.</returns>
    public User? FindByToken(string token) => FindToken(token)?.User;

    /// <summary>A token that has not expired, and its user.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The user and the token, or null.</returns>
    public (User User, BearerToken Token)? FindToken(string token)
    {
        // The look-up is by hash, so its time says nothing of the token.
        string hash = IdentityStore.Hash(token);
        if (!_userOfToken.TryGetValue(hash, out string? name) || Find(name) is not User user)
        {
            return null;
        }

        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        BearerToken? found = user.Tokens.FirstOrDefault(
            item => item.Hash == hash && (item.Ends is null || item.Ends > now));
        return found is null ? null : (user, found);
    }

    /// <summary>The user of an active access key, and its secret.</summary>
    /// <param name="keyId">The key's id.</param>
    /// <returns>The user and the secret, or null.</returns>
    public (User User, string Secret)? FindByKey(string keyId)
    {
        if (!_userOfKey.TryGetValue(keyId, out string? name) || Find(name) is not User user || user.Keys.FirstOrDefault(key => key.Id == keyId) is not { IsActive: true } found)
        {
            return null;
        }

        try
        {
            return (user, _opened.GetOrAdd(found.SealedSecret, text => _secrets.Open(text)));
        }
        catch (CryptographicException)
        {
            // Sealed under a secrets.key that an administrator replaced (serve --init): the access key is void.
            return null;
        }
    }

    /// <summary>Creates a user.</summary>
    /// <param name="name">The name.</param>
    /// <param name="role">What the user may do.</param>
    /// <returns>The user.</returns>
    /// <exception cref="CloudException">The name is not allowed or taken.</exception>
    public Task<User> CreateAsync(string name, Role role) => NamePattern().IsMatch(name)
        ? _store.WriteAsync("CreateUser", transaction => transaction.Get(_users, name) is null
            ? transaction.Put(_users, new User { Name = name, Role = role, Created = transaction.Now })
            : throw new CloudException(ErrorCodes.AlreadyExists, $"User '{name}' already exists."))
        : throw new CloudException(ErrorCodes.InvalidRequest, "name: 1 to 64 of a-z A-Z 0-9 _ . @ -");

    /// <summary>Gives a user another role.</summary>
    /// <param name="name">The user.</param>
    /// <param name="role">The role.</param>
    /// <returns>The user.</returns>
    public async Task<User> SetRoleAsync(string name, Role role)
    {
        User changed = await ChangeAsync("SetUserRole", name, (transaction, user) =>
        {
            if (role != Role.Admin)
            {
                RequireOtherAdministrator(transaction, user);
            }

            return user with { Role = role };
        }).ConfigureAwait(false);
        await RevokeAsync(name).ConfigureAwait(false);
        return changed;
    }

    /// <summary>Deletes a user with keys and tokens; the last administrator stays.</summary>
    /// <param name="name">The user.</param>
    /// <returns>The task.</returns>
    public async Task DeleteAsync(string name)
    {
        await _store.WriteAsync("DeleteUser", transaction =>
        {
            RequireOtherAdministrator(transaction, transaction.Get(_users, name) ?? throw NotFound(name));
            transaction.Delete(_users, name);
        }).ConfigureAwait(false);
        await RevokeAsync(name).ConfigureAwait(false);
        if (Deleted is not null)
        {
            await Deleted(name).ConfigureAwait(false);
        }
    }

    /// <summary>Makes an access key; its secret is told this once.</summary>
    /// <param name="name">The user.</param>
    /// <returns>The key's id and secret.</returns>
    public async Task<(string Id, string Secret)> CreateKeyAsync(string name)
    {
        string id = "NIOA" + RandomNumberGenerator.GetString(KeyLetters, 16);
        string secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(30));
        await ChangeAsync("CreateAccessKey", name, (transaction, user) => user.Keys.Count < MaxKeys
            ? user with { Keys = [.. user.Keys, new AccessKey(id, _secrets.Seal(secret), true, transaction.Now)] }
            : throw new CloudException(ErrorCodes.LimitExceeded, $"User {name} has {MaxKeys} access keys. Delete one first.")).ConfigureAwait(false);
        return (id, secret);
    }

    /// <summary>Switches an access key on or off.</summary>
    /// <param name="name">The user.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="isActive">Whether it is to work.</param>
    /// <returns>The task.</returns>
    public async Task SetKeyAsync(string name, string keyId, bool isActive)
    {
        await ChangeAsync("UpdateAccessKey", name, (_, user) => user.Keys.Any(key => key.Id == keyId)
            ? user with { Keys = [.. user.Keys.Select(key => key.Id == keyId ? key with { IsActive = isActive } : key)] }
            : throw NoKey(name, keyId)).ConfigureAwait(false);
        if (!isActive)
        {
            await RevokeAsync(name).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes an access key.</summary>
    /// <param name="name">The user.</param>
    /// <param name="keyId">The key.</param>
    /// <returns>The task.</returns>
    public async Task DeleteKeyAsync(string name, string keyId)
    {
        await ChangeAsync("DeleteAccessKey", name, (_, user) => user.Keys.Any(key => key.Id == keyId)
            ? user with { Keys = [.. user.Keys.Where(key => key.Id != keyId)] }
            : throw NoKey(name, keyId)).ConfigureAwait(false);
        await RevokeAsync(name).ConfigureAwait(false);
    }

    /// <summary>Makes a bearer token; it is told this once.</summary>
    /// <param name="name">The user.</param>
    /// <param name="lifetime">How long it works, or null for ever.</param>
    /// <param name="value">The token, or null for a new one.</param>
    /// <returns>Its id, and the token.</returns>
    public async Task<(string Id, string Token)> CreateTokenAsync(string name, TimeSpan? lifetime, string? value = null)
    {
        string token = value ?? "nio_" + RandomNumberGenerator.GetHexString(48, true);
        string id = RandomNumberGenerator.GetHexString(8, true);
        await ChangeAsync("CreateToken", name, (transaction, user) =>
        {
            BearerToken[] live = [.. user.Tokens.Where(item => item.Ends is null || item.Ends > transaction.Now)];
            return live.Length < MaxTokens
                ? user with { Tokens = [.. live, new BearerToken(id, IdentityStore.Hash(token), transaction.Now, lifetime is TimeSpan time ? transaction.Now + (long)time.TotalSeconds : null)] }
                : throw new CloudException(ErrorCodes.LimitExceeded, $"User {name} has {MaxTokens} tokens. Delete one first.");
        }).ConfigureAwait(false);
        return (id, token);
    }

    /// <summary>Deletes a bearer token.</summary>
    /// <param name="name">The user.</param>
    /// <param name="tokenId">The token's id.</param>
    /// <returns>The task.</returns>
    public async Task DeleteTokenAsync(string name, string tokenId)
    {
        await ChangeAsync("DeleteToken", name, (_, user) => user.Tokens.Any(item => item.Id == tokenId)
            ? user with { Tokens = [.. user.Tokens.Where(item => item.Id != tokenId)] }
            : throw new CloudException(ErrorCodes.NotFound, $"User '{name}' has no token '{tokenId}'.")).ConfigureAwait(false);
        await RevokeAsync(name).ConfigureAwait(false);
    }

    /// <summary>Makes the first administrator where there is no user, and says how to be let in as far as the folder's files still say so.</summary>
    /// <param name="folder">The data folder.</param>
    /// <returns>Token and access key; each null where it is not known any more.</returns>
    public async Task<FirstCredentials> OpenFirstAdministratorAsync(string folder)
    {
        string tokenPath = Path.Combine(folder, "admin.token");
        string keyPath = Path.Combine(folder, "admin.key");
        if (_users.Count == 0 && await TryCreateAsync(FirstAdministrator).ConfigureAwait(false))
        {
            // A token from before there were users goes on to work.
            string? known = File.Exists(tokenPath) ? (await File.ReadAllTextAsync(tokenPath).ConfigureAwait(false)).Trim() : null;
            (_, string token) = await CreateTokenAsync(FirstAdministrator, null, known).ConfigureAwait(false);
            (string id, string secret) = await CreateKeyAsync(FirstAdministrator).ConfigureAwait(false);
            PrivateFile.Write(tokenPath, token);
            PrivateFile.Write(keyPath, JsonSerializer.Serialize(new FirstCredentials(null, id, secret), RecordStore.Json));
        }

        string? stored = File.Exists(tokenPath) ? (await File.ReadAllTextAsync(tokenPath).ConfigureAwait(false)).Trim() : null;
        FirstCredentials? key = File.Exists(keyPath) ? ReadKeyFile(keyPath, await File.ReadAllTextAsync(keyPath).ConfigureAwait(false)) : null;
        bool works = key?.AccessKeyId is not null && FindByKey(key.AccessKeyId) is not null;
        return new FirstCredentials(stored is not null && FindByToken(stored) is not null ? stored : null, works ? key!.AccessKeyId : null, works ? key!.SecretAccessKey : null);
    }

    private static FirstCredentials? ReadKeyFile(string path, string content)
    {
        try
        {
            return JsonSerializer.Deserialize<FirstCredentials>(content, RecordStore.Json);
        }
        catch (JsonException exception)
        {
            throw new CloudException(
                ErrorCodes.KeysDamaged,
                $"{path} is not valid JSON. Restore it from a backup, or delete it and create an access key with 'nanoiot user key create {FirstAdministrator}'.",
                exception);
        }
    }

    /// <summary>Creates an administrator, unless another copy of the service, on the same tables, is first.</summary>
    private async Task<bool> TryCreateAsync(string name)
    {
        try
        {
            await CreateAsync(name, Role.Admin).ConfigureAwait(false);
            return true;
        }
        catch (CloudException exception) when (exception.Code == ErrorCodes.AlreadyExists)
        {
            return false;
        }
    }

    private Task RevokeAsync(string name) => AccessRevoked?.Invoke(name) ?? Task.CompletedTask;

    private static CloudException NoKey(string name, string keyId) =>
        new(ErrorCodes.NotFound, $"User '{name}' has no access key '{keyId}'.");

    private static CloudException NotFound(string name) => new(ErrorCodes.NotFound, $"User {name} does not exist.");

    private void RequireOtherAdministrator(RecordTransaction transaction, User user)
    {
        if (user.Role == Role.Admin && !transaction.List(_users, string.Empty).Any(other => other.Role == Role.Admin && other.Name != user.Name))
        {
            throw new CloudException(ErrorCodes.Conflict, $"User {user.Name} is the last administrator.");
        }
    }

    private Task<User> ChangeAsync(string action, string name, Func<RecordTransaction, User, User> change) =>
        _store.WriteAsync(action, transaction => transaction.Put(_users, change(transaction, transaction.Get(_users, name) ?? throw NotFound(name))));

    private void Index(User? before, User? after)
    {
        foreach (AccessKey key in before?.Keys ?? [])
        {
            _userOfKey.TryRemove(key.Id, out _);
        }

        foreach (BearerToken token in before?.Tokens ?? [])
        {
            _userOfToken.TryRemove(token.Hash, out _);
        }

        foreach (AccessKey key in after?.Keys ?? [])
        {
            _userOfKey[key.Id] = after!.Name;
        }

        foreach (BearerToken token in after?.Tokens ?? [])
        {
            _userOfToken[token.Hash] = after!.Name;
        }
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_.@-]{1,64}\z")]
    private static partial Regex NamePattern();
}
