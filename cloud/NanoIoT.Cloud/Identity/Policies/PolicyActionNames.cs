using NanoIoT.Cloud.Rest.Input;

namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>Names of AWS's actions that this service has no use for. A policy may name them; a misspelled one is refused.</summary>
internal static class PolicyActionNames
{
    private static readonly string[] s_others = ["AssumeRoleWithCertificate", "SendDirectMessage", "GetDirectMessage", "OpenTunnel", "CloseTunnel"];

    private static readonly Lazy<HashSet<string>> s_names = new(() =>
        new HashSet<string>([.. s_others, .. InputModel.Default.Operations.Keys, .. InputModel.RefusedNames()], StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether AWS has an action, or, of a pattern, whether it may match one.</summary>
    public static bool IsKnown(string name) => name.AsSpan().ContainsAny('*', '?')
        ? s_names.Value.Any(known => Registry.Search.Glob.Matches(name, known))
        : s_names.Value.Contains(name);
}
