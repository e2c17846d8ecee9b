namespace NanoIoT.Cloud.Identity;

/// <summary>The states of a certificate that this service gives.</summary>
public static class CertificateStatus
{
    /// <summary>Its device may connect.</summary>
    public const string Active = "ACTIVE";

    /// <summary>Its device may not connect.</summary>
    public const string Inactive = "INACTIVE";

    /// <summary>Its device may not connect, for good.</summary>
    public const string Revoked = "REVOKED";

    /// <summary>Registered by itself and waiting for somebody to activate it.</summary>
    public const string PendingActivation = "PENDING_ACTIVATION";

    /// <summary>Transfers between accounts are AWS's alone; the status is known and refused.</summary>
    public const string PendingTransfer = "PENDING_TRANSFER";

    /// <summary>AWS's old name of <see cref="Inactive"/> at registration.</summary>
    public const string RegisterInactive = "REGISTER_INACTIVE";
}
