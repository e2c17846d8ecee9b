using System.Diagnostics;
using System.Globalization;

namespace NanoIoT.Emulator.Isolation;

/// <summary>
/// A board whose program may do what .NET does not survive or cannot end: recurse for ever, spin, use up the heap. It runs
/// in a process of its own, its flash in a file; a reboot is that process's end and another's start, and so is a crash,
/// where the CLR of a board would have ended the thread alone or reset.
/// </summary>
public sealed class IsolatedBoard : IAsyncDisposable
{
    /// <summary>What the process ends with when the board reboots.</summary>
    public const int RebootExitCode = 75;

    private readonly IsolatedBoardOptions _options;
    private readonly string _optionsFile;
    private readonly string _program;
    private readonly CancellationTokenSource _end = new();
    private Process? _process;
    private Task _loop = Task.CompletedTask;

    /// <summary>Creates the board, off.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="program">The path of <c>NanoIoT.Emulator.Board.dll</c>.</param>
    public IsolatedBoard(IsolatedBoardOptions options, string program)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _program = program;
        _optionsFile = options.StateFile + ".json";
        options.Save(_optionsFile);
    }

    /// <summary>Raised with each line of the board's console.</summary>
    public event Action<string>? Log;

    /// <summary>How often it booted.</summary>
    public int BootCount { get; private set; }

    /// <summary>How many of its processes crashed.</summary>
    public int CrashCount { get; private set; }

    /// <summary>Turns it on; it reboots by itself until it is disposed.</summary>
    public void PowerOn() => _loop = Task.Run(RunAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        Kill();
        await _loop.ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add("exec");
            start.ArgumentList.Add(_program);
            start.ArgumentList.Add(_optionsFile);
            start.Environment["DOTNET_GCHeapHardLimit"] = "0x" + _options.HeapLimitBytes.ToString("x", CultureInfo.InvariantCulture);
            start.Environment["DOTNET_gcServer"] = "0";
            start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start");
            _process = process;
            BootCount++;
            process.OutputDataReceived += (_, line) => Tell(line.Data);
            process.ErrorDataReceived += (_, line) => Tell(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (_end.IsCancellationRequested)
            {
                Kill();
            }

            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            _process = null;
            CrashCount += process.ExitCode != RebootExitCode && !_end.IsCancellationRequested ? 1 : 0;
        }
    }

    private void Tell(string? line)
    {
        if (line is not null)
        {
            Log?.Invoke(line);
        }
    }

    private void Kill()
    {
        try
        {
            _process?.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended meanwhile.
            return;
        }
    }
}
