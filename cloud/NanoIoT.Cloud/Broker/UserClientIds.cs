using System.Security.Claims;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// The namespace of users' client ids. A user who connects over WebSocket as <c>ID</c> is the client <c>user/NAME/ID</c>, so no
/// user can take the client id, the connection or the session of a thing or of another user. Neither the names of things nor
/// those of users contain a slash.
/// </summary>
internal static class UserClientIds
{
    /// <summary>What users' client ids begin with.</summary>
    public const string Prefix = "user/";

    /// <summary>The prefix of a caller's client ids.</summary>
    /// <param name="principal">The principal of the WebSocket's request, or null.</param>
    /// <returns>The prefix, or null where the caller is not a user.</returns>
    public static string? PrefixFor(ClaimsPrincipal? principal) =>
        Caller.Of(principal) is { Role: not null } user ? user.Actor + "/" : null;

    /// <summary>Whether a client id is in the users' namespace.</summary>
    /// <param name="clientId">The client id.</param>
    /// <returns>True where it is.</returns>
    public static bool IsReserved(string clientId) => clientId.StartsWith(Prefix, StringComparison.Ordinal);
}
