namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>The kinds of callers that the table of policies has a column for.</summary>
internal enum CallerKind
{
    /// <summary>No credential.</summary>
    None,

    /// <summary>A board's certificate with the built-in policy of devices.</summary>
    Board,

    /// <summary>A claim's certificate with the built-in policy of claims.</summary>
    Claim,

    /// <summary>A user with the role viewer.</summary>
    Viewer,

    /// <summary>A user with the role operator.</summary>
    Operator,

    /// <summary>A user with the role admin.</summary>
    Admin,

    /// <summary>An administrator's bearer token that has expired.</summary>
    ExpiredToken,

    /// <summary>A board's certificate that is not active.</summary>
    InactiveCertificate,
}
