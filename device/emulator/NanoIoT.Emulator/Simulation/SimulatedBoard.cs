using System.Security.Cryptography;
using System.Text;
using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Hosting;
using NanoIoT.Emulator.Runtime;

namespace NanoIoT.Emulator.Simulation;

/// <summary>
/// A board in virtual time: real flash model, boot loader and file systems, the compiled device binary, and a network that
/// fails as it is told. Its application is a text: <c>APP version health</c>, where health is good, bad, silent (never
/// answers) or lost (never gets a connection).
/// </summary>
public sealed class SimulatedBoard : ISimulatedWorld
{
    private const int Latency = 10;
    private const int BootMilliseconds = 200;
    private const int StepLimit = 100000;

    private readonly ISimulatedCloud _cloud;
    private readonly VirtualTime _time;
    private readonly Random _random;
    private readonly bool _isFiles;
    private SimulatedHost? _host;
    private ISimulatedBoot? _boot;
    private ReadOnlyMemory<byte>? _body;
    private Action<ISimulatedBoot>? _pendingDownload;
    private string _health = "good";
    private int _bootId;
    private int _connectionId;
    private int _downloadId;
    private int _nextMessage = 1;
    private long _bootedAt;
    private long _nextTick;
    private long _timeOffset;
    private bool _knowsTime;
    private bool _isRoundDue;

    /// <summary>Makes a board; it is off.</summary>
    /// <param name="hardware">Its hardware.</param>
    /// <param name="settings">Its agent's settings.</param>
    /// <param name="isFiles">Whether it updates by files.</param>
    /// <param name="cloud">The cloud.</param>
    /// <param name="time">The time.</param>
    /// <param name="seed">What its random numbers begin with.</param>
    public SimulatedBoard(BoardHardware hardware, SimulatedSettings settings, bool isFiles, ISimulatedCloud cloud, VirtualTime time, int seed)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Hardware = hardware;
        Settings = settings;
        _isFiles = isFiles;
        _cloud = cloud;
        _time = time;
        _random = new Random(seed);
    }

    /// <summary>What outlives power.</summary>
    public BoardHardware Hardware { get; }

    /// <summary>The agent's settings.</summary>
    public SimulatedSettings Settings { get; set; }

    /// <summary>The folder of the slots, on boards that update by files.</summary>
    public string SlotFolder { get; init; } = "I:\\slots";

    /// <summary>What goes wrong on the network.</summary>
    public NetworkFaults Faults { get; set; } = new();

    /// <summary>The version of the application that runs, or null.</summary>
    public string? RunningVersion { get; private set; }

    /// <summary>How often the board booted.</summary>
    public int BootCount { get; private set; }

    /// <summary>Whether nothing was bootable, or, with files, neither slot whole: what must never happen.</summary>
    public bool IsBricked { get; private set; }

    /// <summary>Whether there is power.</summary>
    public bool IsOn => Hardware.Power.IsOn;

    /// <summary>Whether the board is connected.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Whether no answer comes from anywhere.</summary>
    public bool IsNetworkDown { get; set; }

    /// <summary>Whether the board's clock is set at boot.</summary>
    public bool HasClock { get; init; } = true;

    /// <summary>Whether a time server answers.</summary>
    public bool HasTimeServer { get; init; } = true;

    /// <summary>The application's health, where it is not what its text says; or null.</summary>
    public Func<string>? HealthOverride { get; set; }

    /// <summary>The version the nanoCLR says it has, where that is not its image's; or null.</summary>
    public Version? ClrVersion { get; set; }

    /// <summary>What the update policy answers: 0 now, 1 later, 2 never.</summary>
    public Func<bool, int> Policy { get; set; } = _ => 0;

    /// <summary>What the application does with the classic shadow's desired state.</summary>
    public Action<string> DesiredState { get; set; } = _ => { };

    /// <summary>Bytes of HTTP bodies the board read.</summary>
    public long BytesDownloaded { get; private set; }

    /// <summary>Downloads that ran while the board was connected to the broker.</summary>
    public int DownloadsWhileConnected { get; private set; }

    /// <summary>
    /// Milliseconds each step of a download keeps the agent's thread, as HttpWebRequest does on a board; 0 where the answer
    /// comes as an event.
    /// </summary>
    public int BlockingDownloadMilliseconds { get; set; }

    /// <summary>The longest a round of the agent took: the agent does what is due before each.</summary>
    public long LongestRound { get; private set; }

    /// <summary>What the board logged.</summary>
    public List<string> LogLines { get; } = [];

    /// <inheritdoc/>
    public long Milliseconds => _time.Now - _bootedAt;

    /// <inheritdoc/>
    public long UnixSeconds => _knowsTime ? 1795000000 + (_time.Now / 1000) + _timeOffset : 0;

    /// <summary>Turns the board on.</summary>
    public void PowerOn()
    {
        Hardware.Power.TurnOn();
        Boot();
    }

    /// <summary>Takes the power away.</summary>
    public void PowerOff()
    {
        Hardware.Power.TurnOff();
        End();
    }

    /// <summary>Makes the clock jump.</summary>
    /// <param name="seconds">How far.</param>
    public void JumpClock(long seconds) => _timeOffset += seconds;

    /// <summary>Breaks the connection.</summary>
    /// <param name="reason">Why.</param>
    public void BreakConnection(string reason)
    {
        if (IsConnected)
        {
            IsConnected = false;
            _connectionId++;
            Deliver(0, boot => boot.OnDisconnected(reason));
        }
    }

    /// <summary>Brings a message to the board.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="payload">Its payload.</param>
    public void Receive(string topic, byte[] payload)
    {
        int connection = _connectionId;
        int times = Happens(Faults.Duplicated) ? 2 : 1;
        for (int i = 0; i < times; i++)
        {
            Deliver(Latency + Jitter(), boot =>
            {
                if (IsConnected && connection == _connectionId)
                {
                    boot.OnMessage(topic, (byte[])payload.Clone());
                }
            });
        }
    }

    /// <summary>The update policy may answer otherwise now.</summary>
    public void Reconsider() => Deliver(0, boot => boot.Reconsider());

    /// <inheritdoc/>
    public void RequestTime()
    {
        if (HasTimeServer)
        {
            int boot = _bootId;
            _time.Schedule(500, () => _knowsTime |= boot == _bootId);
        }
    }

    /// <inheritdoc/>
    public void SetTime(long unixSeconds)
    {
        _timeOffset = 0;
        _knowsTime = true;
    }

    /// <inheritdoc/>
    public void Connect()
    {
        ThrowIfOff();
        int connection = ++_connectionId;
        IsConnected = false;
        bool fails = IsNetworkDown || _health == "lost" || Happens(Faults.ConnectFails);
        Deliver(fails ? 1000 : 50, boot =>
        {
            if (connection != _connectionId)
            {
                return;
            }

            if (fails)
            {
                boot.OnDisconnected("no route");
                return;
            }

            IsConnected = true;
            boot.OnConnected();
        });
    }

    /// <inheritdoc/>
    public void Subscribe(string[] filters)
    {
        ThrowIfOff();
        int connection = _connectionId;
        Deliver(Latency, boot =>
        {
            if (IsConnected && connection == _connectionId)
            {
                boot.OnSubscribed(true);
                _cloud.OnSubscribe(this, filters);
            }
        });
    }

    /// <inheritdoc/>
    public void Unsubscribe(string[] filters) => ThrowIfOff();

    /// <inheritdoc/>
    public int Publish(string topic, byte[] payload)
    {
        ThrowIfOff();
        if (!IsConnected)
        {
            return 0;
        }

        int id = _nextMessage++;
        int connection = _connectionId;
        byte[] copy = (byte[])payload.Clone();
        if (Happens(Faults.Disconnects))
        {
            _time.Schedule(Latency, () => BreakConnection("connection reset"));
        }

        bool lost = Happens(Faults.PublishLost);
        bool unacknowledged = lost || Happens(Faults.AcknowledgementLost);
        int arrives = Latency + Jitter();
        if (!lost)
        {
            // On its way it does not need the board any more.
            _time.Schedule(arrives, () => _cloud.OnPublish(this, topic, copy));
            if (Happens(Faults.Duplicated))
            {
                _time.Schedule(arrives + 5, () => _cloud.OnPublish(this, topic, copy));
            }
        }

        Deliver(unacknowledged ? 3000 : arrives + Latency, boot =>
        {
            if (connection == _connectionId)
            {
                boot.OnPublished(id, !unacknowledged && IsConnected);
            }
        });
        return id;
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        ThrowIfOff();
        IsConnected = false;
        _connectionId++;
    }

    /// <inheritdoc/>
    public void OpenDownload(string url, int from, int to)
    {
        ThrowIfOff();
        _body = null;
        int download = ++_downloadId;
        DownloadsWhileConnected += IsConnected ? 1 : 0;
        SimulatedResponse response = Answer(url, from, to);
        if (BlockingDownloadMilliseconds > 0)
        {
            _pendingDownload = boot =>
            {
                _body = response.Body;
                boot.OnDownloadOpened(response);
            };
            return;
        }

        _time.Schedule(response.Status == 0 ? 20000 : 30, () => Deliver(0, boot =>
        {
            if (download == _downloadId)
            {
                _body = response.Body;
                boot.OnDownloadOpened(response);
            }
        }));
    }

    /// <inheritdoc/>
    public void ReadDownload(byte[] buffer, int count)
    {
        ThrowIfOff();
        int download = _downloadId;
        bool slow = Happens(Faults.Slow);
        bool corrupt = Happens(Faults.Corrupted);
        if (BlockingDownloadMilliseconds > 0)
        {
            _pendingDownload = boot => Read(boot, download, buffer, count, corrupt);
            return;
        }

        Deliver(slow ? 7000 : 5, boot => Read(boot, download, buffer, count, corrupt));
    }

    /// <inheritdoc/>
    public bool RunPendingDownload()
    {
        Action<ISimulatedBoot>? pending = _pendingDownload;
        _pendingDownload = null;
        if (pending is null)
        {
            return false;
        }

        _time.Pass(BlockingDownloadMilliseconds);
        pending(_boot!);
        return true;
    }

    /// <inheritdoc/>
    public void CloseDownload()
    {
        _downloadId++;
        _body = null;
        _pendingDownload = null;
    }

    /// <summary>The application adds a reading.</summary>
    /// <param name="name">What was read.</param>
    /// <param name="value">The value.</param>
    /// <returns>What the agent answers.</returns>
    public bool AddReading(string name, double value)
    {
        bool answer = false;
        Step(boot => answer = boot.AddReading(name, value));
        Deliver(0, _ => { });
        return answer;
    }

    /// <inheritdoc/>
    public byte[] HmacSha256(byte[] key, byte[] data) => HMACSHA256.HashData(key, data);

    /// <inheritdoc/>
    public int NextRandom(int exclusiveUpperBound) => _random.Next(exclusiveUpperBound);

    /// <inheritdoc/>
    public void CheckHealth()
    {
        string health = HealthOverride?.Invoke() ?? _health;
        if (health != "silent")
        {
            bool good = health != "bad";
            Deliver(50, boot => boot.OnHealth(good, good ? string.Empty : "sensor driver does not answer"));
        }
    }

    /// <inheritdoc/>
    public void Reboot()
    {
        ThrowIfOff();
        int boot = _bootId;
        _time.Schedule(0, () =>
        {
            if (boot == _bootId && Hardware.Power.IsOn)
            {
                Boot();
            }
        });
        _host!.Stop();
        throw new BoardStoppedException();
    }

    /// <inheritdoc/>
    public void Log(string text) => LogLines.Add($"{_time.Now} {text}");

    /// <inheritdoc/>
    public void OnDesiredState(string json) => DesiredState(json);

    /// <inheritdoc/>
    public int AskPolicy(bool reboot) => Policy(reboot);

    /// <summary>Boots with the power as it is: on, and with a cut set or not.</summary>
    public void Boot()
    {
        End();
        _bootId++;
        _bootedAt = _time.Now;
        _knowsTime = HasClock;
        int boot = _bootId;
        try
        {
            byte[]? payload = Hardware.Boot();
            if (payload is null)
            {
                IsBricked = true;
                Log("BRICKED: no bootable image");
                return;
            }

            BootCount++;
            _host = new SimulatedHost(this, _time, Hardware);
            _boot = SimulationLibrary.Instance.CreateBoot(this, _isFiles ? SlotFolder : null);
            if (!Step(_ => StartApplication(payload)))
            {
                return;
            }
        }
        catch (PowerLostException)
        {
            End();
            return;
        }

        _time.Schedule(BootMilliseconds, () =>
        {
            if (boot == _bootId)
            {
                Deliver(0, _ => { });
            }
        });
    }

    private void StartApplication(byte[] payload)
    {
        if (_isFiles)
        {
            IReadOnlyList<byte[]>? assemblies = _boot!.ChooseBundle();
            if (assemblies is null)
            {
                IsBricked = true;
                Log("no whole bundle: recovery");
                _health = "good";
                RunningVersion = "0.0.0";
                _boot.Start(RunningVersion, Settings);
                return;
            }

            payload = assemblies[^1];
        }

        int end = payload.AsSpan().IndexOf((byte)'\n');
        string[] words = Encoding.UTF8.GetString(payload.AsSpan(0, Math.Max(0, end))).Split(' ');
        RunningVersion = words[1];
        _health = words[2];
        _boot!.Start(RunningVersion, Settings);
    }

    private void End()
    {
        _host?.Stop();
        _host = null;
        _boot = null;
        _pendingDownload = null;
        _isRoundDue = false;
        _bootId++;
        _connectionId++;
        _downloadId++;
        IsConnected = false;
        RunningVersion = null;
    }

    /// <summary>Something for the boot that runs now: if it still runs then.</summary>
    private void Deliver(long delay, Action<ISimulatedBoot> action)
    {
        int boot = _bootId;
        _time.Schedule(delay, () =>
        {
            if (boot == _bootId && _boot is not null && Step(action))
            {
                Pump();
            }
        });
    }

    /// <summary>Runs code of the device; false where the boot ended in it.</summary>
    private bool Step(Action<ISimulatedBoot> action)
    {
        ISimulatedBoot boot = _boot!;
        try
        {
            _host!.Run(() => action(boot));
        }
        catch (Exception exception) when (exception is PowerLostException or BoardStoppedException)
        {
            // The end of the boot; below.
            Log("boot ends");
        }

        if (!Hardware.Power.IsOn)
        {
            End();
            return false;
        }

        if (_host is null || _host.IsStopped)
        {
            _boot = null;
            return false;
        }

        return true;
    }

    private void Read(ISimulatedBoot boot, int download, byte[] buffer, int count, bool corrupt)
    {
        if (download != _downloadId || _body is not ReadOnlyMemory<byte> body)
        {
            return;
        }

        int read = Math.Min(count, body.Length);
        body.Span[..read].CopyTo(buffer);
        if (corrupt && read > 0)
        {
            buffer[_random.Next(read)] ^= 0x10;
        }

        _body = body[read..];
        BytesDownloaded += read;
        boot.OnDownloadRead(read);
    }

    private void Pump()
    {
        int id = _bootId;
        int wait = 0;
        for (int i = 0; wait == 0; i++)
        {
            if (i > StepLimit)
            {
                throw new InvalidOperationException("the agent never waits: " + string.Join("; ", LogLines.TakeLast(5)));
            }

            long began = _time.Now;
            if (!Step(boot => wait = boot.Round()))
            {
                return;
            }

            LongestRound = Math.Max(LongestRound, _time.Now - began);
            if (_time.Now > began)
            {
                // Time passed in this round: what happened meanwhile comes before the next.
                ScheduleRound();
                return;
            }
        }

        long due = _time.Now + wait;
        if (_nextTick <= _time.Now || due < _nextTick)
        {
            _nextTick = due;
        }

        _time.Schedule(wait, () =>
        {
            if (id == _bootId && _boot is not null && _time.Now >= _nextTick)
            {
                Pump();
            }
        });
    }

    private void ScheduleRound()
    {
        if (_isRoundDue)
        {
            return;
        }

        int id = _bootId;
        _isRoundDue = true;
        _time.Schedule(0, () =>
        {
            if (id == _bootId && _boot is not null)
            {
                _isRoundDue = false;
                Pump();
            }
        });
    }

    private SimulatedResponse Answer(string url, int from, int to)
    {
        if (IsNetworkDown || _health == "lost" || Happens(Faults.DownloadUnanswered))
        {
            return new SimulatedResponse();
        }

        if (Happens(Faults.DownloadRefused))
        {
            int[] statuses = [403, 404, 429, 500, 503];
            return new SimulatedResponse { Status = statuses[_random.Next(statuses.Length)], RetryAfterSeconds = _random.Next(3) };
        }

        if (Happens(Faults.Redirected) && !url.Contains("redirected", StringComparison.Ordinal))
        {
            return new SimulatedResponse { Status = 307, Location = url + "&redirected=1" };
        }

        SimulatedResponse response = _cloud.Download(url, from, to);
        if (response.Status is 200 or 206 && Happens(Faults.WrongLength))
        {
            return response with { ContentLength = _random.Next(2) == 0 ? -1 : response.ContentLength + 1 };
        }

        return Happens(Faults.Truncated) ? response with { Body = response.Body[.._random.Next(response.Body.Length + 1)] } : response;
    }

    private bool Happens(double probability) => probability > 0 && _random.NextDouble() < probability;

    private int Jitter() => Faults.Jitter == 0 ? 0 : _random.Next(Faults.Jitter);

    private void ThrowIfOff()
    {
        if (!Hardware.Power.IsOn || _host is null || _host.IsStopped)
        {
            throw new BoardStoppedException();
        }
    }
}
