using System.Diagnostics;
using System.Reflection;
using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Hosting;
using NanoIoT.Emulator.Network;

namespace NanoIoT.Emulator.Runtime;

/// <summary>One boot of a virtual board: its application, its threads, its connections. Over when it reboots or loses power.</summary>
internal sealed class BoardBoot : BoardHost, IAsyncDisposable
{
    private const int StackBytes = 256 * 1024;

    private readonly VirtualBoard _board;
    private readonly BoardNetwork _network;
    private readonly Lock _lock = new();
    private readonly List<Thread> _threads = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly IBoardFirmware? _firmware;
    private long _heapTaken;
    private BoardLoadContext? _context;
    private volatile bool _stopped;

    public BoardBoot(VirtualBoard board, IReadOnlyList<byte[]> assemblies, IBoardFirmware? firmware, IBoardFirmware? clrFirmware)
    {
        _board = board;
        _firmware = firmware;
        ClrFirmware = clrFirmware;
        _network = new BoardNetwork(this, board.Traffic);
        _context = new BoardLoadContext(board.Name);
        _context.LoadAll(assemblies);

        // Code in the deployment region runs in place; its tables cost about an eighth of its size.
        _heapTaken = assemblies.Sum(assembly => (long)assembly.Length) / 8;
    }

    public override long TickCount => (long)Stopwatch.GetElapsedTime(_started).TotalMilliseconds;

    public override uint FreeMemory => (uint)Math.Max(0, _board.Profile.ManagedHeapBytes - _heapTaken);

    public override string TargetName => _board.Profile.Name;

    public override string Platform => _board.Profile.Platform;

    public override Version ClrVersion => _board.ClrVersion;

    public override IBoardFiles Files => _board.Files;

    public override IBoardFirmware Firmware => _firmware ?? throw new NotSupportedException("The board's firmware has no MCUboot.");

    public override IBoardFirmware? ClrFirmware { get; }

    public override IBoardNetwork Network => _network;

    public bool IsStopped => _stopped;

    /// <summary>Starts the application's Main.</summary>
    public void Start()
    {
        MethodInfo entry = _context!.FindEntryPoint() ?? throw new InvalidDataException("The image has no program.");
        var main = entry.CreateDelegate<Action>();
        StartThread(main);
    }

    public override Assembly LoadAssembly(byte[] assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);

        // facts: the array is never freed, and the tables cost about an eighth of it.
        long cost = assembly.Length + (assembly.Length / 8);
        lock (_lock)
        {
            if (_heapTaken + cost > _board.Profile.ManagedHeapBytes)
            {
                throw new InsufficientMemoryException();
            }

            _heapTaken += cost;
            return _context!.Add(assembly);
        }
    }

    public override void ThrowIfStopped()
    {
        if (_stopped)
        {
            throw new BoardStoppedException();
        }
    }

    public override Thread StartThread(Action body)
    {
        var thread = new Thread(() => RunThread(body), StackBytes) { IsBackground = true, Name = _board.Name };
        lock (_lock)
        {
            ThrowIfStopped();
            _threads.RemoveAll(item => !item.IsAlive);
            _threads.Add(thread);
            thread.Start();
        }

        return thread;
    }

    public override void Reboot()
    {
        ThrowIfStopped();
        _stopped = true;
        _board.RequestReboot(this);
        throw new BoardStoppedException();
    }

    public override void WriteLine(string text)
    {
        if (!_stopped)
        {
            _board.WriteLine(text);
        }
    }

    /// <summary>Runs a callback of the network as this board's, if it still runs.</summary>
    /// <returns>False where the callback threw.</returns>
    public bool TryRun(Action action)
    {
        if (_stopped)
        {
            return false;
        }

        try
        {
            Run(action);
            return true;
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            return false;
        }
        catch (Exception exception)
        {
            WriteLine("unhandled in a handler: " + exception.Message);
            return false;
        }
    }

    /// <summary>Ends everything that runs on the board, whatever it does.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        _network.Dispose();
        for (int round = 0; round < 250; round++)
        {
            Thread[] alive;
            lock (_lock)
            {
                alive = [.. _threads.Where(thread => thread.IsAlive && thread != Thread.CurrentThread)];
            }

            if (alive.Length == 0)
            {
                break;
            }

            foreach (Thread thread in alive)
            {
                thread.Interrupt();
            }

            await Task.Delay(round < 10 ? 2 : 20).ConfigureAwait(false);
        }

        lock (_lock)
        {
            if (_threads.Any(thread => thread.IsAlive))
            {
                // .NET cannot end a thread that spins; its board is dead to everything it calls.
                _board.WriteLine("emulator: a thread of the old boot does not end");
            }

            _threads.Clear();
        }

        _context?.Unload();
        _context = null;
    }

    private static bool IsEnd(Exception exception) =>
        exception is BoardStoppedException or PowerLostException or ThreadInterruptedException;

    private void RunThread(Action body)
    {
        try
        {
            Run(body);
        }
        catch (Exception exception) when (_stopped || IsEnd(exception))
        {
            // The end of the boot ends its threads.
            return;
        }
        catch (Exception exception)
        {
            // As on the board: an exception that leaves a thread ends that thread, and the CLR goes on.
            WriteLine("unhandled: " + exception);
        }
    }
}
