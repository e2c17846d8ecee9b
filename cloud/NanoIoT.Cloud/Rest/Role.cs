namespace NanoIoT.Cloud.Rest;

/// <summary>What a user may do; each role may what those before it may.</summary>
public enum Role
{
    /// <summary>Read.</summary>
    Viewer,

    /// <summary>Change things, groups, shadows, certificates, firmware and campaigns; publish.</summary>
    Operator,

    /// <summary>Change policies, CAs, provisioning templates, users and settings; read the audit log.</summary>
    Admin,
}
