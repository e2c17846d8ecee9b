using System.CommandLine;
using NanoIoT.Cli.Api;
using NanoIoT.Cli.Output;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cli.Commands;

/// <summary>Options that stand on every command, and how a command is run.</summary>
internal sealed class CommonOptions
{
    /// <summary>The environment variable that adds the stack trace to an error that was not foreseen.</summary>
    private const string StackTraceVariable = "NANOIOT_STACK_TRACE";

    /// <summary>The code of an error of the operating system that has no code of its own.</summary>
    public const string IOError = "IOError";

    public Option<string> Format { get; } = new("--output") { Description = "text, or json: one JSON object as the last line", DefaultValueFactory = _ => "text", Recursive = true };

    public Option<string?> Url { get; } = new("--url") { Description = "the service's API (default: NANOIOT_URL, else the service of --data)" };

    public Option<string?> Token { get; } = new("--token") { Description = "the API's bearer token (default: NANOIOT_TOKEN, else that service's)" };

    public Option<string?> Ca { get; } = new("--ca") { Description = "the CA certificate to trust, PEM (default: NANOIOT_CA, else that service's)" };

    public Option<string?> Data { get; } = new("--data") { Description = "the service's data folder" };

    /// <summary>On commands that write a <see cref="ListTable"/>.</summary>
    public Option<bool> Wide { get; } = new("--wide") { Description = "show all columns whole, however wide the screen is" };

    public CommonOptions()
    {
        Format.AcceptOnlyFromAmong("text", "json");
        Url.Parses(text => ConnectionSettings.ParseUrl(text));
    }

    /// <summary>Gives a command its action: errors become a message and an exit code.</summary>
    public void Run(Command command, Func<ParseResult, Report, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = new Report(parsed.GetValue(Format) == "json");
            try
            {
                return await action(parsed, report, cancellationToken).ConfigureAwait(false);
            }
            catch (CliException exception)
            {
                return Fail(parsed, report, exception.ExitCode, exception.Code, exception.Message);
            }
            catch (CloudException exception)
            {
                return Fail(parsed, report, ExitCodes.Failure, exception.Code, exception.Message);
            }
            catch (IOException exception) when (FileAccessErrors.IsFull(exception))
            {
                CloudException full = FileAccessErrors.Full(exception.Message, exception);
                return Fail(parsed, report, ExitCodes.Failure, full.Code, full.Message);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return Fail(parsed, report, ExitCodes.Failure, IOError, exception.Message);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCodes.Failure;
            }
            catch (Exception exception)
            {
                return Fail(parsed, report, ExitCodes.Failure, ErrorCodes.Internal, Describe(exception));
            }
        });

    /// <summary>Gives a command that talks to a service its options and action.</summary>
    public void RunWithApi(Command command, Func<ParseResult, ApiClient, Report, CancellationToken, Task<int>> action) =>
        RunWithOptionalApi(command, (parsed, api, report, cancellationToken) => action(parsed, api(), report, cancellationToken));

    /// <summary>Gives a command that may need a service its options and action.</summary>
    public void RunWithOptionalApi(Command command, Func<ParseResult, Func<ApiClient>, Report, CancellationToken, Task<int>> action)
    {
        command.Options.Add(Url);
        command.Options.Add(Token);
        command.Options.Add(Ca);
        command.Options.Add(Data);
        Run(command, async (parsed, report, cancellationToken) =>
        {
            ApiClient? api = null;
            try
            {
                return await action(parsed, () => api ??= new ApiClient(ConnectionSettings.Find(parsed.GetValue(Url), parsed.GetValue(Token), parsed.GetValue(Ca), parsed.GetValue(Data))), report, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                api?.Dispose();
            }
        });
    }

    /// <summary>An error that no part of the command foresaw: one line for the user, all of it for whoever mends it.</summary>
    private static string Describe(Exception exception)
    {
        if (Environment.GetEnvironmentVariable(StackTraceVariable) is { Length: > 0 })
        {
            return exception.ToString();
        }

        string message = exception.Message.ReplaceLineEndings(" ");
        return $"{exception.GetType().Name}: {message} This is a defect of nanoiot; set {StackTraceVariable}=1 to see where it is.";
    }

    private static int Fail(ParseResult parsed, Report report, int exitCode, string code, string message)
    {
        parsed.InvocationConfiguration.Error.WriteLine($"{code}: {message}");
        report.Write(new { error = new { code, message } });
        return exitCode;
    }
}
