using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Broker;

/// <summary>Who a connection is: a device with a certificate, whose policies decide, or a user with a role.</summary>
/// <param name="Actor">As the audit log names it.</param>
/// <param name="CertificateId">The device's certificate, or null.</param>
/// <param name="Access">What the device may do, or null.</param>
/// <param name="Role">The user's role, or null.</param>
internal sealed record ClientIdentity(string Actor, string? CertificateId, ConnectionAccess? Access, Role? Role)
{
    /// <summary>When the credential of the connection expires, Unix seconds; null where it does not.</summary>
    public long? Expires { get; init; }

    /// <summary>
    /// Whether the client may subscribe. A shared subscription must be allowed as it is sent (<c>topicfilter/$share/GROUP/FILTER</c>, as
    /// in AWS's samples), and what denies the filter inside denies it too.
    /// </summary>
    public bool MaySubscribe(string filter) => IsAllowed(PolicyAction.Subscribe, filter)
        && (Access is null || !TopicFilter.TryShare(filter, out _, out string plain) || Access.Evaluate(PolicyAction.Subscribe, plain) != Decision.ExplicitDeny);

    public bool IsAllowed(PolicyAction action, string name) => Access?.IsAllowed(action, name)
        ?? (Role is Rest.Role role && (role >= Rest.Role.Operator || action is PolicyAction.Connect or PolicyAction.Subscribe or PolicyAction.Receive));
}
