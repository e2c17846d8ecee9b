using System.Security.Claims;

namespace NanoIoT.Cloud.Rest;

/// <summary>The caller of a request as ASP.NET Core carries it, with its role as a claim.</summary>
internal sealed class CallerIdentity : ClaimsIdentity
{
    /// <summary>Creates the identity.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="scheme">The authentication scheme that established who it is.</param>
    public CallerIdentity(Caller caller, string scheme)
        : base(CreateClaims(caller), scheme, ClaimTypes.NameIdentifier, ClaimTypes.Role)
    {
        Caller = caller;
    }

    /// <summary>The caller.</summary>
    public Caller Caller { get; }

    private static List<Claim> CreateClaims(Caller caller)
    {
        var claims = new List<Claim> { new(ClaimTypes.NameIdentifier, caller.Actor) };
        if (caller.Role is Role role)
        {
            claims.Add(new Claim(ClaimTypes.Role, role.ToString().ToLowerInvariant()));
        }

        return claims;
    }
}
