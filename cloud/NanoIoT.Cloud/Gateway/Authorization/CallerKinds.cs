namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>What the policies mean for each kind of caller, as the documentation shows it and a test checks it on every endpoint.</summary>
internal static class CallerKinds
{
    /// <summary>The name of a kind in a table.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The name.</returns>
    public static string NameOf(CallerKind kind) => kind switch
    {
        CallerKind.None => "no credential",
        CallerKind.Board => "board",
        CallerKind.Claim => "claim",
        CallerKind.Viewer => "viewer",
        CallerKind.Operator => "operator",
        CallerKind.Admin => "admin",
        CallerKind.ExpiredToken => "expired token",
        _ => "inactive certificate",
    };

    /// <summary>
    /// Whether a policy lets a kind of caller pass. For what a device's own policies decide, it is a resource that they do
    /// not name: another board's.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="kind">The kind.</param>
    /// <returns>True where it passes.</returns>
    public static bool Passes(string policy, CallerKind kind) => policy switch
    {
        Policies.Public => true,
        Policies.SignedUrl => false,
        Policies.Viewer or Policies.ViewerOrDevice => kind is CallerKind.Viewer or CallerKind.Operator or CallerKind.Admin,
        Policies.Operator or Policies.OperatorOrDevice => kind is CallerKind.Operator or CallerKind.Admin,
        Policies.Admin => kind is CallerKind.Admin,
        Policies.Certificate => kind is CallerKind.Claim,
        Policies.Connect or Policies.Authenticated => kind is CallerKind.Board or CallerKind.Claim or CallerKind.Viewer or CallerKind.Operator or CallerKind.Admin,
        _ => false,
    };
}
