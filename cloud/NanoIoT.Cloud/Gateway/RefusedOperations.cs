using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway;

/// <summary>AWS's operations this service does not have, each refused by name: a client is told so and does not try again.</summary>
internal sealed class RefusedOperations : IOperationSource
{
    private const string Rules = "rules: the built-in ones are the service's alone so far";
    private const string Roles = "role aliases give AWS credentials, which this service does not";

    private static readonly (string Name, string Method, string Path, string Why)[] s_refused =
    [
        ("CreateTopicRule", "POST", "/rules/{ruleName}", Rules),
        ("GetTopicRule", "GET", "/rules/{ruleName}", Rules),
        ("ReplaceTopicRule", "PATCH", "/rules/{ruleName}", Rules),
        ("DeleteTopicRule", "DELETE", "/rules/{ruleName}", Rules),
        ("EnableTopicRule", "POST", "/rules/{ruleName}/enable", Rules),
        ("DisableTopicRule", "POST", "/rules/{ruleName}/disable", Rules),
        ("ListTopicRules", "GET", "/rules", Rules),
        ("CreateTopicRuleDestination", "POST", "/destinations", Rules),
        ("GetTopicRuleDestination", "GET", "/destinations/{arn+}", Rules),
        ("UpdateTopicRuleDestination", "PATCH", "/destinations", Rules),
        ("DeleteTopicRuleDestination", "DELETE", "/destinations/{arn+}", Rules),
        ("ListTopicRuleDestinations", "GET", "/destinations", Rules),
        ("ConfirmTopicRuleDestination", "GET", "/confirmdestination/{confirmationToken+}", Rules),
        ("CreateRoleAlias", "POST", "/role-aliases/{roleAlias}", Roles),
        ("DescribeRoleAlias", "GET", "/role-aliases/{roleAlias}", Roles),
        ("UpdateRoleAlias", "PUT", "/role-aliases/{roleAlias}", Roles),
        ("DeleteRoleAlias", "DELETE", "/role-aliases/{roleAlias}", Roles),
        ("ListRoleAliases", "GET", "/role-aliases", Roles),
    ];

    public IEnumerable<Operation> Operations => s_refused.Select(item => new Operation
    {
        Name = item.Name,
        Method = item.Method,
        Path = item.Path,
        Support = Support.Refused,
        Note = item.Why,
        Handler = (_, _) => throw new CloudException(ErrorCodes.NotSupported, $"{item.Name} is not supported: {item.Why}."),
    });
}
