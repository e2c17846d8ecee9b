using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Users and the audit log over HTTPS.</summary>
internal static class UserApi
{
    private const int MaxEntries = 1000;
    private const int MaxDays = 3650;

    public static void Map(EndpointAccess access)
    {
        RouteGroupBuilder routes = access.Admin.MapGroup(string.Empty).AvailableInAwsIotMode();
        routes.MapGet("/nanoiot/users", (UserDirectory users) => Results.Ok(new { users = users.List().Select(Describe) }));
        routes.MapPost("/nanoiot/users", CreateAsync);
        routes.MapGet("/nanoiot/users/{name}", (string name, UserDirectory users) => Results.Ok(Describe(users.Find(name) ?? throw new CloudException(ErrorCodes.NotFound, $"User {name} does not exist."))));
        routes.MapPatch("/nanoiot/users/{name}", async (string name, RoleBody body, UserDirectory users) => Results.Ok(Describe(await users.SetRoleAsync(name, ParseRole(body.Role)).ConfigureAwait(false))));
        routes.MapDelete("/nanoiot/users/{name}", async (string name, UserDirectory users) =>
        {
            await users.DeleteAsync(name).ConfigureAwait(false);
            return Results.Ok(new { deleted = name });
        });
        routes.MapPost("/nanoiot/users/{name}/keys", async (string name, UserDirectory users) =>
        {
            (string id, string secret) = await users.CreateKeyAsync(name).ConfigureAwait(false);
            return Results.Ok(new { accessKeyId = id, secretAccessKey = secret });
        });
        routes.MapPatch("/nanoiot/users/{name}/keys/{id}", async (string name, string id, ActiveBody body, UserDirectory users) =>
        {
            await users.SetKeyAsync(name, id, body.Active).ConfigureAwait(false);
            return Results.Ok(new { accessKeyId = id, active = body.Active });
        });
        routes.MapDelete("/nanoiot/users/{name}/keys/{id}", async (string name, string id, UserDirectory users) =>
        {
            await users.DeleteKeyAsync(name, id).ConfigureAwait(false);
            return Results.Ok(new { deleted = id });
        });
        routes.MapPost("/nanoiot/users/{name}/tokens", async (string name, TokenBody? body, UserDirectory users) =>
        {
            if (body?.Days is < 1 or > MaxDays)
            {
                throw new CloudException(ErrorCodes.InvalidRequest, "days: 1 to 3650");
            }

            (string id, string token) = await users.CreateTokenAsync(name, body?.Days is int days ? TimeSpan.FromDays(days) : null).ConfigureAwait(false);
            return Results.Ok(new { id, token });
        });
        routes.MapDelete("/nanoiot/users/{name}/tokens/{id}", async (string name, string id, UserDirectory users) =>
        {
            await users.DeleteTokenAsync(name, id).ConfigureAwait(false);
            return Results.Ok(new { deleted = id });
        });
        routes.MapGet("/nanoiot/audit", async (long? before, string? actor, string? resource, int? limit, AuditTrail audit, CancellationToken cancellationToken) => limit is < 1 or > MaxEntries
            ? throw new CloudException(ErrorCodes.InvalidRequest, "limit: 1 to 1000")
            : Results.Ok(new { entries = await audit.ListAsync(before, actor, resource, limit ?? 100, cancellationToken).ConfigureAwait(false) }));
    }

    private static async Task<IResult> CreateAsync(CreateBody body, UserDirectory users)
    {
        User user = await users.CreateAsync(body.Name, ParseRole(body.Role)).ConfigureAwait(false);
        (string id, string secret) = await users.CreateKeyAsync(user.Name).ConfigureAwait(false);
        (_, string token) = await users.CreateTokenAsync(user.Name, null).ConfigureAwait(false);
        return Results.Ok(new { name = user.Name, role = Name(user.Role), accessKeyId = id, secretAccessKey = secret, token });
    }

    private static Role ParseRole(string text) => text switch
    {
        "admin" => Role.Admin,
        "operator" => Role.Operator,
        "viewer" => Role.Viewer,
        _ => throw new CloudException(ErrorCodes.InvalidRequest, "role: admin, operator or viewer"),
    };

    private static string Name(Role role) => role.ToString().ToLowerInvariant();

    private static object Describe(User user) => new
    {
        name = user.Name,
        role = Name(user.Role),
        created = user.Created,
        keys = user.Keys.Select(key => new { accessKeyId = key.Id, active = key.IsActive, created = key.Created }),
        tokens = user.Tokens.Select(token => new { id = token.Id, created = token.Created, ends = token.Ends }),
    };

    internal sealed record CreateBody(string Name, string Role);

    internal sealed record RoleBody(string Role);

    internal sealed record ActiveBody(bool Active);

    internal sealed record TokenBody(int? Days = null);
}
