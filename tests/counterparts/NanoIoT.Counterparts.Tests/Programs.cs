using System.Diagnostics;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>Programs that are not ours.</summary>
internal static class Programs
{
    /// <summary>Debian's, whose models the tests know, before any other.</summary>
    private static readonly string s_aws = File.Exists("/usr/bin/aws") ? "/usr/bin/aws" : "aws";

    /// <summary>Starts a program.</summary>
    public static Process Start(string command, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? string.Empty };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Exit code, output and errors.</returns>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string command, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using Process process = Start(command, arguments, environment);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Wait.Limit);
        await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        return (process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
    }

    /// <summary>Runs the aws command with a key, and nothing of the machine's own settings.</summary>
    /// <returns>Exit code, output and errors.</returns>
    public static Task<(int ExitCode, string Output, string Errors)> AwsAsync(string endpoint, string keyId, string secret, string region, string? ca, IEnumerable<string> arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = keyId,
            ["AWS_SECRET_ACCESS_KEY"] = secret,
            ["AWS_DEFAULT_REGION"] = region,
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_PAGER"] = string.Empty,
            ["AWS_CONFIG_FILE"] = "/dev/null",
        };
        if (ca is not null)
        {
            environment["AWS_CA_BUNDLE"] = ca;
        }

        return RunAsync(s_aws, ["--endpoint-url", endpoint, "--output", "json", .. arguments], environment);
    }
}
