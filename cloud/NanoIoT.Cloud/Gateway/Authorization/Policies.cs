using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>
/// The authorization policies. Every endpoint names one of them; what names none is denied by the fallback policy, and the
/// service does not start with such an endpoint.
/// </summary>
internal static class Policies
{
    /// <summary>Anyone; the endpoint says nothing secret, or a token in the path is the credential.</summary>
    public const string Public = "public";

    /// <summary>Anyone who has a download URL whose signature is valid and has not expired.</summary>
    public const string SignedUrl = "signed-url";

    /// <summary>Any user.</summary>
    public const string Viewer = "viewer";

    /// <summary>Users with the role operator or admin.</summary>
    public const string Operator = "operator";

    /// <summary>Users with the role admin.</summary>
    public const string Admin = "admin";

    /// <summary>Any user, and devices whose policies allow the operation.</summary>
    public const string ViewerOrDevice = "viewer-or-device";

    /// <summary>Users with the role operator or admin, and devices whose policies allow the operation.</summary>
    public const string OperatorOrDevice = "operator-or-device";

    /// <summary>Devices whose policies allow it: provisioning needs what it needs over MQTT, to publish on the template's topic.</summary>
    public const string Certificate = "certificate";

    /// <summary>Any user, and devices with an active certificate; CONNECT then asks the device's policies.</summary>
    public const string Connect = "connect";

    /// <summary>Any user, and devices with an active certificate: the operation is not supported, and its caller is told so.</summary>
    public const string Authenticated = "authenticated";

    /// <summary>What each policy requires, in the order of the documentation.</summary>
    private static readonly (string Name, string Meaning, IAuthorizationRequirement Requirement)[] s_policies =
    [
        (Public, "anyone; says nothing secret, or a token in the path is the credential", new AnyoneRequirement()),
        (SignedUrl, "anyone with a valid download URL", new SignedUrlRequirement()),
        (Viewer, "any user", new RoleRequirement(Role.Viewer, DeviceAccessRule.Denied)),
        (Operator, "operators and administrators", new RoleRequirement(Role.Operator, DeviceAccessRule.Denied)),
        (Admin, "administrators", new RoleRequirement(Role.Admin, DeviceAccessRule.Denied)),
        (ViewerOrDevice, "any user; devices as their policies allow", new RoleRequirement(Role.Viewer, DeviceAccessRule.ByPolicy)),
        (OperatorOrDevice, "operators and administrators; devices as their policies allow", new RoleRequirement(Role.Operator, DeviceAccessRule.ByPolicy)),
        (Certificate, "devices whose policies allow `iot:Publish` on the template's provisioning topic", new RoleRequirement(null, DeviceAccessRule.ByPolicy)),
        (Connect, "any user; devices with an active certificate, whose policies decide on CONNECT", new RoleRequirement(Role.Viewer, DeviceAccessRule.AnyActive)),
        (Authenticated, "any user; devices with an active certificate (operations that are not supported)", new RoleRequirement(Role.Viewer, DeviceAccessRule.AnyActive)),
    ];

    /// <summary>The policies and what they mean.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> All { get; } =
        [.. s_policies.Select(policy => (policy.Name, policy.Meaning))];

    /// <summary>The policy of an operation of AWS's REST interface.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>The policy's name.</returns>
    public static string Of(Operation operation) => operation switch
    {
        { IsPublic: true } => Public,
        { Support: Support.Refused } => Authenticated,
        { Device: not null, Role: Role.Viewer } => ViewerOrDevice,
        { Device: not null, Role: Role.Operator } => OperatorOrDevice,
        { Device: null } => operation.Role.ToString().ToLowerInvariant(),
        _ => throw new InvalidOperationException($"{operation.Name}: no authorization policy combines devices with the role admin."),
    };

    /// <summary>Registers the policies.</summary>
    /// <param name="services">The service's parts.</param>
    public static void Add(IServiceCollection services)
    {
        services.AddAuthorization(options =>
        {
            foreach ((string name, _, IAuthorizationRequirement requirement) in s_policies)
            {
                options.AddPolicy(name, policy => policy.AddRequirements(requirement));
            }

            options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build();
            options.DefaultPolicy = options.FallbackPolicy;
        });
        services.AddSingleton<IAuthorizationHandler, RoleHandler>();
        services.AddSingleton<IAuthorizationHandler, SignedUrlHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationAnswers>();
    }
}
