using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Hosting;
using NanoIoT.Emulator.Simulation;

namespace NanoIoT.Emulator.Light;

/// <summary>
/// A board for fleets of ten thousand: the device binary, loaded once for all, on its own flash and file system, over a real
/// connection (MQTT over mutual TLS, downloads over HTTPS) in real time. It has no thread: what happens to it is queued and
/// worked off by the thread pool. Its application is a text that says how healthy it is.
/// </summary>
public sealed class LightBoard : ISimulatedWorld, IAsyncDisposable
{
    private const int BootMilliseconds = 200;
    private const int HealthMilliseconds = 50;

    private readonly BoardHardware _hardware;
    private readonly Lock _lock = new();
    private readonly Queue<(int Boot, Action<ISimulatedBoot> Action)> _queue = new();
    private readonly Timer _timer;
    private LightHost? _host;
    private ISimulatedBoot? _boot;
    private IMqttClient? _client;
    private CancellationTokenSource _download = new();
    private HttpResponseMessage? _response;
    private Stream? _body;
    private int _bootId;
    private int _nextMessage;
    private long _booted = Environment.TickCount64;
    private bool _isBusy;
    private bool _isOff = true;

    /// <summary>Makes a board; it is off.</summary>
    /// <param name="hardware">Its hardware, with an image in the flash.</param>
    /// <param name="options">Its surroundings.</param>
    public LightBoard(BoardHardware hardware, LightBoardOptions options)
    {
        ArgumentNullException.ThrowIfNull(hardware);
        ArgumentNullException.ThrowIfNull(options);
        _hardware = hardware;
        Options = options;
        _timer = new Timer(static state => ((LightBoard)state!).Post(static _ => { }), this, Timeout.Infinite, Timeout.Infinite);
        hardware.Power.TurnOn();
    }

    /// <summary>Its surroundings.</summary>
    public LightBoardOptions Options { get; }

    /// <summary>The version its application has, or null while it is off.</summary>
    public string? RunningVersion { get; private set; }

    /// <summary>Whether it is connected and its subscriptions are granted.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Messages it published.</summary>
    public int Published { get; private set; }

    /// <summary>Bytes it downloaded.</summary>
    public long Downloaded { get; private set; }

    /// <summary>How often it booted.</summary>
    public int BootCount { get; private set; }

    /// <summary>What it logged last.</summary>
    public string LastLog { get; private set; } = string.Empty;

    /// <inheritdoc/>
    public long Milliseconds => Environment.TickCount64 - _booted;

    /// <inheritdoc/>
    public long UnixSeconds => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Turns it on.</summary>
    public void PowerOn()
    {
        _isOff = false;
        _ = BootAsync(0);
    }

    /// <summary>The application adds a reading.</summary>
    /// <param name="name">What was read.</param>
    /// <param name="value">The value.</param>
    public void AddReading(string name, double value) => Post(boot => boot.AddReading(name, value));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isOff = true;
        End();
        await _timer.DisposeAsync().ConfigureAwait(false);
        _download.Dispose();
    }

    /// <inheritdoc/>
    public void RequestTime()
    {
        // The clock is the machine's.
    }

    /// <inheritdoc/>
    public void SetTime(long unixSeconds)
    {
        // The clock is the machine's.
    }

    /// <inheritdoc/>
    public void Connect()
    {
        IMqttClient client = new MqttClientFactory().CreateMqttClient();
        IMqttClient? before = Interlocked.Exchange(ref _client, client);
        before?.Dispose();
        _ = ConnectAsync(client, _bootId);
    }

    /// <inheritdoc/>
    public void Subscribe(string[] filters)
    {
        if (_client is IMqttClient client)
        {
            _ = SubscribeAsync(client, filters, _bootId);
        }
    }

    /// <inheritdoc/>
    public void Unsubscribe(string[] filters)
    {
        if (_client is IMqttClient client)
        {
            _ = IgnoreAsync(client.UnsubscribeAsync(new MqttClientUnsubscribeOptions { TopicFilters = [.. filters] }));
        }
    }

    /// <inheritdoc/>
    public int Publish(string topic, byte[] payload)
    {
        if (_client is not { IsConnected: true } client)
        {
            return 0;
        }

        int id = ++_nextMessage;
        Published++;
        _ = PublishAsync(client, id, topic, payload, _bootId);
        return id;
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        IsReady = false;
        if (Interlocked.Exchange(ref _client, null) is IMqttClient client)
        {
            _ = LeaveAsync(client);
        }
    }

    /// <inheritdoc/>
    public void OpenDownload(string url, int from, int to)
    {
        CloseDownload();
        _ = OpenAsync(url, from, to, _bootId, _download.Token);
    }

    /// <inheritdoc/>
    public void ReadDownload(byte[] buffer, int count) => _ = ReadAsync(_body!, buffer, count, _bootId, _download.Token);

    /// <inheritdoc/>
    public bool RunPendingDownload() => false;

    /// <inheritdoc/>
    public void OnDesiredState(string json)
    {
    }

    /// <inheritdoc/>
    public void CloseDownload()
    {
        _download.Cancel();
        _download.Dispose();
        _download = new CancellationTokenSource();
        _body = null;
        _response?.Dispose();
        _response = null;
    }

    /// <inheritdoc/>
    public byte[] HmacSha256(byte[] key, byte[] data) => HMACSHA256.HashData(key, data);

    /// <inheritdoc/>
    public int NextRandom(int exclusiveUpperBound) => Random.Shared.Next(exclusiveUpperBound);

    /// <inheritdoc/>
    public void CheckHealth()
    {
        bool healthy = Options.IsHealthy(RunningVersion!);
        _ = AfterAsync(HealthMilliseconds, boot => boot.OnHealth(healthy, healthy ? string.Empty : "sensor driver does not answer"), _bootId);
    }

    /// <inheritdoc/>
    public void Reboot()
    {
        End();
        _ = BootAsync(BootMilliseconds);
        throw new BoardStoppedException();
    }

    /// <inheritdoc/>
    public void Log(string text) => LastLog = text;

    /// <inheritdoc/>
    public int AskPolicy(bool reboot) => 0;

    private static async Task IgnoreAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The connection's end says the same.
            return;
        }
    }

    private static async Task LeaveAsync(IMqttClient client)
    {
        await IgnoreAsync(client.DisconnectAsync(new MqttClientDisconnectOptions())).ConfigureAwait(false);
        client.Dispose();
    }

    private async Task BootAsync(int delay)
    {
        await Task.Delay(delay).ConfigureAwait(false);
        int id;
        lock (_lock)
        {
            if (_isOff)
            {
                return;
            }

            id = _bootId;
        }

        byte[] payload = _hardware.Boot() ?? throw new InvalidOperationException($"{Options.Settings.Thing} is bricked");
        string[] words = Encoding.UTF8.GetString(payload.AsSpan(0, payload.AsSpan().IndexOf((byte)'\n'))).Split(' ');
        lock (_lock)
        {
            BootCount++;
            _booted = Environment.TickCount64;
            _host = new LightHost(this, _hardware);
            _boot = SimulationLibrary.Instance.CreateBoot(this, null);
            RunningVersion = words[1];
        }

        Post(boot => boot.Start(words[1], Options.Settings), id);
    }

    private void End()
    {
        lock (_lock)
        {
            _bootId++;
            _host?.Stop();
            _host = null;
            _boot = null;
            _queue.Clear();
            IsReady = false;
        }

        _timer.Change(Timeout.Infinite, Timeout.Infinite);
        CloseDownload();
        Interlocked.Exchange(ref _client, null)?.Dispose();
    }

    private void Post(Action<ISimulatedBoot> action) => Post(action, _bootId);

    private void Post(Action<ISimulatedBoot> action, int bootId)
    {
        lock (_lock)
        {
            _queue.Enqueue((bootId, action));
            if (_isBusy)
            {
                return;
            }

            _isBusy = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static board => board.Work(), this, preferLocal: false);
    }

    /// <summary>Works off what is queued, then what the agent has to do by itself; one thread at a time.</summary>
    private void Work()
    {
        while (true)
        {
            Action<ISimulatedBoot>? action = null;
            ISimulatedBoot? boot;
            LightHost? host;
            lock (_lock)
            {
                while (action is null && _queue.TryDequeue(out (int Boot, Action<ISimulatedBoot> Action) next))
                {
                    action = next.Boot == _bootId ? next.Action : null;
                }

                boot = _boot;
                host = _host;
                if (action is null || boot is null)
                {
                    _isBusy = false;
                    return;
                }
            }

            try
            {
                host!.Run(() =>
                {
                    action(boot);
                    int wait;
                    do
                    {
                        host.ThrowIfStopped();
                        wait = boot.Round();
                    }
                    while (wait == 0);
                    _timer.Change(wait, Timeout.Infinite);
                });
            }
            catch (BoardStoppedException)
            {
                // It reboots; what was queued was this boot's.
                continue;
            }
            catch (ObjectDisposedException) when (_isOff)
            {
                return;
            }
        }
    }

    private async Task AfterAsync(int delay, Action<ISimulatedBoot> action, int bootId)
    {
        await Task.Delay(delay).ConfigureAwait(false);
        Post(action, bootId);
    }

    private async Task ConnectAsync(IMqttClient client, int bootId)
    {
        client.DisconnectedAsync += _ =>
        {
            if (ReferenceEquals(client, _client))
            {
                IsReady = false;
                Post(boot => boot.OnDisconnected("connection lost"), bootId);
            }

            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += received =>
        {
            byte[] payload = received.ApplicationMessage.Payload.ToArray();
            Post(boot => boot.OnMessage(received.ApplicationMessage.Topic, payload), bootId);
            return Task.CompletedTask;
        };
        MqttClientOptions options = new MqttClientOptionsBuilder()
            .WithTcpServer(Options.Broker.Host, Options.Broker.Port)
            .WithClientId(Options.Settings.Thing)
            .WithCleanSession()
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(60))
            .WithTimeout(TimeSpan.FromSeconds(60))
            .WithTlsOptions(tls => tls
                .WithSslProtocols(SslProtocols.Tls12)
                .WithClientCertificates([Options.Certificate])
                .WithTrustChain(new X509Certificate2Collection(Options.Ca))
                .WithRevocationMode(X509RevocationMode.NoCheck))
            .Build();
        try
        {
            MqttClientConnectResult result = await client.ConnectAsync(options).ConfigureAwait(false);
            Post(boot => boot.OnConnected(), bootId);
            _ = result;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Post(boot => boot.OnDisconnected(exception.Message), bootId);
        }
    }

    private async Task SubscribeAsync(IMqttClient client, string[] filters, int bootId)
    {
        try
        {
            MqttClientSubscribeResult result = await client.SubscribeAsync(new MqttClientSubscribeOptions
            {
                TopicFilters = [.. filters.Select(filter => new MqttTopicFilter { Topic = filter, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce })],
            }).ConfigureAwait(false);
            bool granted = result.Items.All(item => item.ResultCode <= MqttClientSubscribeResultCode.GrantedQoS2);
            IsReady |= granted;
            Post(boot => boot.OnSubscribed(granted), bootId);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Post(boot => boot.OnDisconnected(exception.Message), bootId);
        }
    }

    private async Task PublishAsync(IMqttClient client, int id, string topic, byte[] payload, int bootId)
    {
        bool acknowledged = false;
        try
        {
            MqttClientPublishResult result = await client.PublishAsync(new MqttApplicationMessage
            {
                Topic = topic,
                PayloadSegment = payload,
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            }).ConfigureAwait(false);
            acknowledged = result.IsSuccess;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Log("publish: " + exception.Message);
        }

        Post(boot => boot.OnPublished(id, acknowledged), bootId);
    }

    private async Task OpenAsync(string url, int from, int to, int bootId, CancellationToken cancellationToken)
    {
        SimulatedResponse answer;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(from, to) } };
            HttpResponseMessage response = await Options.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
            answer = new SimulatedResponse
            {
                Status = (int)response.StatusCode,
                ContentLength = response.Content.Headers.ContentLength ?? -1,
                RangeStart = range?.From ?? -1,
                RangeTotal = range?.Length ?? -1,
                RetryAfterSeconds = (int)(response.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0),
                ETag = response.Headers.ETag?.Tag,
                Location = response.Headers.Location?.ToString(),
            };
            Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            Post(
                boot =>
                {
                    if (cancellationToken.IsCancellationRequested)
                    {
                        response.Dispose();
                        return;
                    }

                    _response = response;
                    _body = body;
                    boot.OnDownloadOpened(answer);
                },
                bootId);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                Log("download: " + exception.Message);
                Post(boot => boot.OnDownloadOpened(new SimulatedResponse()), bootId);
            }
        }
    }

    private async Task ReadAsync(Stream body, byte[] buffer, int count, int bootId, CancellationToken cancellationToken)
    {
        int read = 0;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(count);
        try
        {
            read = await body.ReadAtLeastAsync(bytes.AsMemory(0, count), count, false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            Log("download: " + exception.Message);
        }

        Post(
            boot =>
            {
                if (!cancellationToken.IsCancellationRequested)
                {
                    bytes.AsSpan(0, read).CopyTo(buffer);
                    Downloaded += read;
                    boot.OnDownloadRead(read);
                }

                ArrayPool<byte>.Shared.Return(bytes);
            },
            bootId);
    }
}
