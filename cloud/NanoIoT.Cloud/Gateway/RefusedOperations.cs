using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway;

/// <summary>AWS's operations this service does not have, each refused by name: a client is told so and does not try again.</summary>
internal sealed class RefusedOperations : IOperationSource
{
    private const string Roles = "role aliases give AWS credentials, which this service does not";

    private static readonly (string Name, string Method, string Path, string Why)[] s_refused =
    [
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
