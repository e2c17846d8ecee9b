using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Testing;

/// <summary>The <c>nanoiot</c> command as a process of its own.</summary>
public sealed class NanoIoTProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private NanoIoTProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>What it wrote.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>What it wrote to standard error.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>Starts the command.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The process.</returns>
    public static NanoIoTProcess Start(params IEnumerable<string> arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <summary>Starts the command with more environment.</summary>
    /// <param name="environment">The variables.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The process.</returns>
    public static NanoIoTProcess Start(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) => Start(environment, null, arguments);

    private static NanoIoTProcess Start(IReadOnlyDictionary<string, string> environment, int? fileLimit, IEnumerable<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(arguments);
        var start = new ProcessStartInfo(fileLimit is null ? "dotnet" : "bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        if (fileLimit is not null)
        {
            foreach (string argument in new[] { "-c", $"ulimit -n {fileLimit} && exec \"$@\"", "bash", "dotnet" })
            {
                start.ArgumentList.Add(argument);
            }
        }

        start.ArgumentList.Add(Path.Combine(Repository.Root, "cloud", "NanoIoT.Cli", "bin", Repository.Configuration, "net10.0", "nanoiot.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new NanoIoTProcess(Process.Start(start)!);
    }

    /// <summary>Runs the command to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Exit code, output and errors.</returns>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Runs the command to its end, with more environment.</summary>
    /// <param name="environment">The variables.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Exit code, output and errors.</returns>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using NanoIoTProcess process = Start(environment, arguments);
        int exitCode = await process.WaitAsync().ConfigureAwait(false);
        return (exitCode, process.Output, process.Errors);
    }

    /// <summary>Starts a service and waits until it listens.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="mqtt">Its MQTT port, or 0.</param>
    /// <param name="https">Its HTTPS port, or 0.</param>
    /// <param name="environment">More environment, or null.</param>
    /// <param name="more">More arguments.</param>
    /// <returns>The process and how to reach the service.</returns>
    public static async Task<(NanoIoTProcess Process, ReadyInfo Ready)> ServeAsync(string folder, int mqtt = 0, int https = 0, IReadOnlyDictionary<string, string>? environment = null, params string[] more)
    {
        string ready = NewReadyFile();
        return await WaitForReadyAsync(Start(environment ?? new Dictionary<string, string>(), ["serve", "--data", folder, "--mqtt", $"{mqtt}", "--https", $"{https}", "--ready-file", ready, "--allow-private-targets", .. more.Length == 0 ? ["--verbose"] : more]), ready).ConfigureAwait(false);
    }

    /// <summary>Starts a service that may have only so many files open.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="fileLimit">The hard limit of open files.</param>
    /// <param name="more">More arguments.</param>
    /// <returns>The process and how to reach the service.</returns>
    public static Task<(NanoIoTProcess Process, ReadyInfo Ready)> ServeWithFileLimitAsync(string folder, int fileLimit, params string[] more)
    {
        string ready = NewReadyFile();
        string[] arguments = ["serve", "--data", folder, "--mqtt", "0", "--https", "0", "--ready-file", ready, "--verbose", .. more];
        return WaitForReadyAsync(Start(new Dictionary<string, string>(), fileLimit, arguments), ready);
    }

    private static string NewReadyFile() => Path.Combine(Path.GetTempPath(), $"nanoiot-ready-{Guid.NewGuid():n}.json");

    private static async Task<(NanoIoTProcess Process, ReadyInfo Ready)> WaitForReadyAsync(NanoIoTProcess process, string ready)
    {
        await Wait.UntilAsync(() => File.Exists(ready) || process._process.HasExited, "the service listens").ConfigureAwait(false);
        if (process._process.HasExited)
        {
            throw new InvalidOperationException(process.Errors);
        }

        ReadyInfo info = JsonSerializer.Deserialize<ReadyInfo>(await File.ReadAllTextAsync(ready).ConfigureAwait(false), JsonSerializerOptions.Web)!;
        File.Delete(ready);
        return (process, info);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitAsync()
    {
        using var limit = new CancellationTokenSource(Wait.Limit * 2);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Kills it: SIGKILL, where there is such a thing.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static void Add(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
