namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>What policies say of a request.</summary>
public enum Decision
{
    /// <summary>No statement allows it.</summary>
    ImplicitDeny,

    /// <summary>A statement allows it and none denies it.</summary>
    Allowed,

    /// <summary>A statement denies it.</summary>
    ExplicitDeny,
}
