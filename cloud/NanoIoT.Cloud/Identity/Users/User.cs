using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Identity.Users;

/// <summary>A user of the API.</summary>
public sealed record User
{
    /// <summary>The name: 1 to 64 of <c>[a-zA-Z0-9_.@-]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the user may do.</summary>
    public required Role Role { get; init; }

    /// <summary>Access keys, at most two.</summary>
    public IReadOnlyList<AccessKey> Keys { get; init; } = [];

    /// <summary>Bearer tokens, at most ten.</summary>
    public IReadOnlyList<BearerToken> Tokens { get; init; } = [];

    /// <summary>When the user was created, Unix seconds.</summary>
    public required long Created { get; init; }
}
