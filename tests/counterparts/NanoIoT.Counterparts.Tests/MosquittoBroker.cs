using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>Eclipse Mosquitto with the files <c>nanoiot broker mosquitto</c> writes, on free ports.</summary>
internal sealed class MosquittoBroker : IDisposable
{
    /// <summary>Debian's, which is in no user's path.</summary>
    private static readonly string s_command = File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";

    private readonly string _folder;
    private Process? _process;

    private MosquittoBroker(string folder)
    {
        _folder = folder;
    }

    public int BoardPort { get; } = FreePort.Next();

    public int ServicePort { get; } = FreePort.Next();

    /// <summary>What a service needs to use it.</summary>
    public string[] ServeArguments => ["--broker", $"mqtts://localhost:{ServicePort}", "--broker-boards", $"localhost:{BoardPort}", "--keys", Path.Combine(_folder, "keys")];

    /// <summary>Writes its files and starts it, as root where the tests are root's: their folders are open to nobody else.</summary>
    public static async Task<MosquittoBroker> StartAsync(string folder)
    {
        var broker = new MosquittoBroker(folder);
        (int exitCode, _, string errors) = await NanoIoTProcess.RunAsync(
            "broker", "mosquitto", "--out", Path.Combine(folder, "mosquitto"), "--keys", Path.Combine(folder, "keys"), "--port", $"{broker.BoardPort}", "--service-port", $"{broker.ServicePort}", "--user", "root").ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, errors);
        await broker.StartAsync().ConfigureAwait(false);
        return broker;
    }

    public async Task StartAsync()
    {
        _process = Programs.Start(s_command, ["-c", Path.Combine(_folder, "mosquitto", "mosquitto.conf")]);
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Wait.UntilAsync(
            () =>
            {
                using var client = new TcpClient();
                try
                {
                    client.Connect(IPAddress.Loopback, ServicePort);
                    return true;
                }
                catch (SocketException)
                {
                    return _process.HasExited ? throw new InvalidOperationException("mosquitto ended") : false;
                }
            },
            "mosquitto listens").ConfigureAwait(false);
    }

    /// <summary>Ends it with SIGTERM, so that it stores its sessions, and waits.</summary>
    public async Task StopAsync()
    {
        await Programs.RunAsync("kill", [$"{_process!.Id}"]).ConfigureAwait(false);
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
        _process = null;
    }

    /// <summary>Ends it with SIGKILL, as a crash does.</summary>
    public void Crash()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            Crash();
        }
    }
}
