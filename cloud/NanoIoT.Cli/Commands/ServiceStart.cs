using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cli.Commands;

/// <summary>How commands start the service.</summary>
internal static class ServiceStart
{
    /// <summary>Starts the service.</summary>
    /// <exception cref="CliException">It cannot start: <see cref="ExitCodes.CannotStart"/>.</exception>
    public static async Task<CloudService> StartAsync(CloudOptions options, LogLevel least)
    {
        try
        {
            return await CloudService
                .StartAsync(options, logging => ConsoleLog.Add(logging, least)).ConfigureAwait(false);
        }
        catch (CloudException exception)
        {
            throw new CliException(ExitCodes.CannotStart, exception.Code, exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.CannotStart, CommonOptions.IOError, exception.Message, exception);
        }
    }

    /// <summary>The first administrator's credentials that exist and are valid, or how to get one.</summary>
    /// <param name="ready">The service.</param>
    /// <param name="folder">The folder of <c>admin.token</c> and <c>admin.key</c>.</param>
    /// <returns>One line for each.</returns>
    public static IEnumerable<string> DescribeCredentials(ReadyInfo ready, string folder)
    {
        yield return ready.Token is not null
            ? $"Token {Path.Combine(folder, "admin.token")} (bearer token)"
            : "Token admin.token is missing or no longer valid. "
                + "An administrator creates a bearer token with 'nanoiot user token create NAME'.";
        yield return ready.AccessKeyId is not null
            ? $"Key   {Path.Combine(folder, "admin.key")} (access key of AWS clients, region {ready.Region})"
            : "Key   admin.key is missing or no longer valid. "
                + "An administrator creates an access key with 'nanoiot user key create NAME'.";
    }
}
