using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Gateway;

/// <summary>The service itself over HTTPS: health, addresses and keys, and what it serves.</summary>
internal static class ServiceApi
{
    public static void Map(EndpointAccess access, CloudOptions options, Resources resources)
    {
        HealthApi.Map(access);
        access.Viewer.MapGet("/nanoiot/info", () => Results.Ok(CreateInfo(options, resources))).AvailableInAwsIotMode();
        access.Viewer.MapGet("/nanoiot/operations", (OperationCatalog catalog, EndpointTable endpoints) => Results.Ok(new
        {
            operations = catalog.Operations.Select(operation => new
            {
                name = operation.Name,
                method = operation.Method,
                path = operation.Path,
                support = operation.Support.ToString().ToLowerInvariant(),
                note = operation.Note,
            }),
            markdown = catalog.ToMarkdown(),
            accessMarkdown = endpoints.ToMarkdown(),
        }));
    }

    private static object CreateInfo(CloudOptions options, Resources resources) => new
    {
        mqttHost = resources.Address.MqttHost,
        mqttPort = resources.Address.MqttPort,
        region = options.Region,
        account = options.Account,
        caPem = resources.Authority.RootPem,
        trustedKeys = new Dictionary<string, string> { [resources.Key.Id] = Convert.ToHexStringLower(resources.Key.PublicPoint) },
        certificates = resources.Watch.All.Select(item => new { name = item.Name, expires = item.End.ToUnixTimeSeconds() }),
        warnings = resources.Watch.Warnings,
        bootKeyPem = PemEncoding.WriteString("PUBLIC KEY", resources.Key.PublicKey.Span),
    };
}
