using System.Text.Json;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cli.Api;

/// <summary>Where the service is and how to be let in.</summary>
/// <param name="Url">The API's address.</param>
/// <param name="Token">The bearer token.</param>
/// <param name="CaPem">The CA to trust, or null for the machine's.</param>
internal sealed record ConnectionSettings(Uri Url, string Token, string? CaPem)
{
    /// <summary>From options, else the environment, else what a service on this machine wrote into its data folder.</summary>
    public static ConnectionSettings Find(string? url, string? token, string? caPath, string? dataFolder)
    {
        url ??= Environment.GetEnvironmentVariable("NANOIOT_URL");
        token ??= Environment.GetEnvironmentVariable("NANOIOT_TOKEN");
        caPath ??= Environment.GetEnvironmentVariable("NANOIOT_CA");
        ReadyInfo? local = ReadLocal(dataFolder ?? DataFolders.Default);
        if (url is null && local is null)
        {
            throw new CliException(
                ExitCodes.Unreachable,
                "NoService",
                $"No service runs in {dataFolder ?? DataFolders.Default}. Start one with 'nanoiot serve', or name one with --url, --token and --ca.");
        }

        // The local service's secrets are for the local service alone.
        bool isLocal = local is not null && (url is null || string.Equals(url.TrimEnd('/'), local.Api, StringComparison.OrdinalIgnoreCase));
        token ??= (isLocal ? local!.Token : null) ?? throw new CliException(ExitCodes.Usage, "NoToken", "Name the API's token with --token or NANOIOT_TOKEN.");
        caPath ??= isLocal ? local!.Ca : null;
        if (!Uri.TryCreate(url ?? local!.Api, UriKind.Absolute, out Uri? address) || address.Scheme != Uri.UriSchemeHttps)
        {
            throw new CliException(ExitCodes.Usage, "BadUrl", $"--url: {url} is no https:// address.");
        }

        try
        {
            return new ConnectionSettings(address, token, caPath is null ? null : File.ReadAllText(caPath));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, "BadCa", $"--ca: {exception.Message}", exception);
        }
    }

    public static ConnectionSettings From(ReadyInfo ready) => new(new Uri(ready.Api), ready.Token ?? throw new CliException(ExitCodes.Usage, "NoToken", "The first administrator's token was deleted."), File.ReadAllText(ready.Ca));

    private static ReadyInfo? ReadLocal(string folder)
    {
        string path = Path.Combine(folder, "service.json");
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ReadyInfo>(File.ReadAllText(path), JsonSerializerOptions.Web) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CliException(ExitCodes.Usage, "BadServiceFile", $"{path}: {exception.Message}", exception);
        }
    }
}
