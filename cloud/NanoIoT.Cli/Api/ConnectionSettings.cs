using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
        url ??= Variable("NANOIOT_URL");
        token ??= Variable("NANOIOT_TOKEN");
        caPath ??= Variable("NANOIOT_CA");
        Uri? address = url is null ? null : ParseUrl(url);
        CheckToken(token);
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
        token ??= (isLocal ? local!.Token : null)
            ?? throw new CliException(ExitCodes.Usage, "NoToken", "Name the API's token with --token or NANOIOT_TOKEN.");
        caPath ??= isLocal ? local!.Ca : null;
        return new ConnectionSettings(address ?? new Uri(local!.Api), token, caPath is null ? null : ReadCa(caPath));
    }

    public static ConnectionSettings From(ReadyInfo ready) => new(
        new Uri(ready.Api),
        ready.Token ?? throw new CliException(ExitCodes.Failure, "NoToken", "The first administrator's token (admin.token) is missing or no longer valid."),
        ReadCa(ready.Ca));

    /// <summary>Reads the address of a service's API.</summary>
    /// <param name="text">The address as a user writes it.</param>
    /// <exception cref="CliException">It is not one.</exception>
    public static Uri ParseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme == Uri.UriSchemeHttps && address.Host.Length > 0
            ? address
            : throw new CliException(ExitCodes.Usage, "BadUrl", $"--url: '{text}' is not valid. Use https://HOST or https://HOST:PORT.");

    /// <summary>An environment variable; one that is empty counts as not set.</summary>
    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The token goes into a header, as it is.</summary>
    private static void CheckToken(string? token)
    {
        if (token is not null && !token.All(c => c is > ' ' and <= '~'))
        {
            throw new CliException(
                ExitCodes.Usage, "BadToken", "--token or NANOIOT_TOKEN is not valid. A token consists of ASCII characters without spaces and line breaks.");
        }
    }

    private static string ReadCa(string path)
    {
        try
        {
            string pem = File.ReadAllText(path);
            X509Certificate2.CreateFromPem(pem).Dispose();
            return pem;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw BadCa($"The CA certificate '{path}' cannot be read: {exception.Message}", exception);
        }
        catch (CryptographicException exception)
        {
            throw BadCa($"The CA certificate '{path}' is not a certificate in PEM format.", exception);
        }
    }

    private static CliException BadCa(string message, Exception exception) => new(
        ExitCodes.Failure,
        "BadCa",
        message + " Name the CA certificate of the service with --ca FILE or NANOIOT_CA (a service writes it to ca.pem in its data folder).",
        exception);

    private static ReadyInfo? ReadLocal(string folder)
    {
        string path = Path.Combine(folder, "service.json");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            ReadyInfo? ready = JsonSerializer.Deserialize<ReadyInfo>(File.ReadAllText(path), JsonSerializerOptions.Web);
            return ready is { Ca.Length: > 0 } && Uri.TryCreate(ready.Api, UriKind.Absolute, out _)
                ? ready
                : throw BadServiceFile(path, "it does not name the service's API and CA", null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw BadServiceFile(path, exception.Message, exception);
        }
    }

    private static CliException BadServiceFile(string path, string reason, Exception? exception) => new(
        ExitCodes.Failure,
        "BadServiceFile",
        $"The file '{path}' cannot be used: {reason.TrimEnd('.')}. A service writes it when it starts: restart the service, or name it with --url, --token and --ca.",
        exception);
}
