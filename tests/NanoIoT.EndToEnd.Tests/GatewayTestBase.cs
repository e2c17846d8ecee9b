using System.Collections.Concurrent;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>A service with one thing, and MQTT clients that are not ours.</summary>
public abstract class GatewayTestBase
{
    protected const string Topic = "nanoiot/things/t/x";

    protected string Folder { get; } = Directory.CreateTempSubdirectory("nanoiot-session-").FullName;

    protected MqttClientFactory Factory { get; } = new();

    protected List<IMqttClient> Clients { get; } = [];

    protected CloudService Cloud { get; set; } = null!;

    protected X509Certificate2 Certificate { get; private set; } = null!;

    protected int Port => int.Parse(Cloud.Ready.Mqtt.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);

    [TestInitialize]
    public async Task StartAsync()
    {
        Cloud = await StartServiceAsync().ConfigureAwait(false);
        Certificate = await RegisterAsync("t").ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        foreach (IMqttClient client in Clients)
        {
            client.Dispose();
        }

        await Cloud.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(Folder, recursive: true);
    }

    protected static TaskCompletionSource Gone(IMqttClient client)
    {
        var gone = new TaskCompletionSource();
        client.DisconnectedAsync += _ =>
        {
            gone.TrySetResult();
            return Task.CompletedTask;
        };
        return gone;
    }

    protected virtual Task<CloudService> StartServiceAsync() => CloudService.StartAsync(new CloudOptions { DataFolder = Folder, MqttPort = 0, HttpsPort = 0 });

    protected async Task<X509Certificate2> RegisterAsync(string name)
    {
        await Cloud.Registry.CreateAsync(new ThingRequest { ThingName = name }).ConfigureAwait(false);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = Cloud.Authority.IssueForThing(name, new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSigningRequestPem());
        await Cloud.Identities.RegisterForThingAsync(name, certificate, Cloud.Registry).ConfigureAwait(false);
        using X509Certificate2 withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    /// <summary>Allows a thing everything, so that only the gateway's own limits are left.</summary>
    protected async Task AllowAsync(string thing)
    {
        try
        {
            await Cloud.CallAsync("CreatePolicy", new JsonObject { ["policyDocument"] = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}""" }, ("policyName", "all")).ConfigureAwait(false);
        }
        catch (CloudException exception) when (exception.Code == ErrorCodes.AlreadyExists)
        {
            Assert.AreEqual("u", thing);
        }

        foreach (string principal in Cloud.Registry.PrincipalsOf(thing))
        {
            await Cloud.CallAsync("AttachPolicy", new JsonObject { ["target"] = "arn:aws:iot:eu-west-1:000000000000:" + principal }, ("policyName", "all")).ConfigureAwait(false);
        }
    }

    protected async Task<bool> ConnectsAsync(string clientId, X509Certificate2 certificate)
    {
        try
        {
            (_, _, MqttClientConnectResult result) = await ConnectAsync(clientId, certificate).ConfigureAwait(false);
            return result.ResultCode == MqttClientConnectResultCode.Success;
        }
        catch (Exception exception) when (exception is MqttCommunicationException or OperationCanceledException)
        {
            return false;
        }
    }

    protected async Task<(IMqttClient Client, ConcurrentQueue<string> Messages, MqttClientConnectResult Result)> ConnectAsync(
        string clientId, X509Certificate2? certificate = null, MqttProtocolVersion version = MqttProtocolVersion.V500, bool persistent = false, ushort keepAlive = 60, Action<MqttClientOptionsBuilder>? configure = null)
    {
        IMqttClient client = Factory.CreateMqttClient();
        Clients.Add(client);
        var messages = new ConcurrentQueue<string>();
        client.ApplicationMessageReceivedAsync += args =>
        {
            messages.Enqueue(args.ApplicationMessage.ConvertPayloadToString());
            return Task.CompletedTask;
        };
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder().WithTcpServer("localhost", Port).WithClientId(clientId).WithProtocolVersion(version)
            .WithCleanSession(!persistent).WithKeepAlivePeriod(TimeSpan.FromSeconds(keepAlive)).WithTimeout(Wait.Limit)
            .WithTlsOptions(tls => tls.UseTls().WithSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13).WithCertificateValidationHandler(_ => true).WithClientCertificates([certificate ?? Certificate]));
        if (persistent && version == MqttProtocolVersion.V500)
        {
            options.WithSessionExpiryInterval(600);
        }

        configure?.Invoke(options);
        MqttClientConnectResult result = await client.ConnectAsync(options.Build()).ConfigureAwait(false);
        return (client, messages, result);
    }
}
