using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using NanoIoT.Cloud.Registry;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Who gets through the gateway, by an MQTT client that is not the boards'.</summary>
[TestClass]
public sealed class GatewayTests
{
    private readonly MqttClientFactory _factory = new();
    private TestService _service = null!;

    [TestInitialize]
    public async Task StartAsync() => _service = await TestService.StartAsync().ConfigureAwait(false);

    [TestCleanup]
    public async Task StopAsync() => await _service.DisposeAsync().ConfigureAwait(false);

    [TestMethod]
    public async Task No_certificate_a_foreign_one_and_an_expired_one_are_refused()
    {
        (string pem, string key) = await _service.RegisterAsync("t").ConfigureAwait(false);
        Assert.IsTrue(await ConnectsAsync("t", Load(pem, key)).ConfigureAwait(false), "the right one connects");

        Assert.IsFalse(await ConnectsAsync("t", null).ConfigureAwait(false), "none");
        await Wait.UntilAsync(() => _service.Log.Any(line => line.Contains("no handshake with a client certificate", StringComparison.Ordinal)), "none is logged").ConfigureAwait(false);
        Assert.IsFalse(await ConnectsAsync("t", SelfSigned()).ConfigureAwait(false), "foreign");
        Assert.IsFalse(await ConnectsAsync("t", Expired()).ConfigureAwait(false), "expired");
        await Wait.UntilAsync(() => _service.Log.Any(line => line.Contains("TLS refused", StringComparison.Ordinal) && line.Contains("NotTimeValid", StringComparison.Ordinal)), "the expired one is logged").ConfigureAwait(false);
        Assert.IsTrue(_service.Log.Any(line => line.Contains("CN=foreign", StringComparison.Ordinal)), "the foreign one is logged");
    }

    [TestMethod]
    public async Task A_certificate_serves_its_own_thing_alone_and_no_thing_that_is_gone()
    {
        (string pem, string key) = await _service.RegisterAsync("t").ConfigureAwait(false);
        await _service.RegisterAsync("u").ConfigureAwait(false);

        Assert.IsFalse(await ConnectsAsync("u", Load(pem, key)).ConfigureAwait(false));
        Assert.IsTrue(_service.Log.Any(line => line.Contains("connect refused: client u", StringComparison.Ordinal) && line.Contains("not attached to thing u", StringComparison.Ordinal)));
        await _service.Cloud.Registry.DeleteAsync("t").ConfigureAwait(false);
        Assert.IsFalse(await ConnectsAsync("t", Load(pem, key)).ConfigureAwait(false));
    }

    [TestMethod]
    [DataRow(MqttProtocolVersion.V311)]
    [DataRow(MqttProtocolVersion.V500)]
    public async Task A_publish_on_anothers_topic_is_refused_and_ends_the_connection(MqttProtocolVersion version)
    {
        (string pem, string key) = await _service.RegisterAsync("t").ConfigureAwait(false);
        using IMqttClient client = _factory.CreateMqttClient();
        var gone = new TaskCompletionSource();
        client.DisconnectedAsync += _ =>
        {
            gone.TrySetResult();
            return Task.CompletedTask;
        };
        await client.ConnectAsync(Options("t", Load(pem, key), version)).ConfigureAwait(false);

        try
        {
            await client.PublishStringAsync("nanoiot/things/u/telemetry", "{}", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        }
        catch (MQTTnet.Exceptions.MqttCommunicationException)
        {
            // The connection went before the answer.
            Assert.IsFalse(client.IsConnected);
        }

        await gone.Task.WaitAsync(Wait.Limit).ConfigureAwait(false);
        Assert.IsTrue(_service.Log.Any(line => line.Contains("publish refused", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_subscription_to_anothers_topic_is_refused_and_ones_own_gets_the_delta()
    {
        (string pem, string key) = await _service.RegisterAsync("t").ConfigureAwait(false);
        using IMqttClient client = _factory.CreateMqttClient();
        var delta = new TaskCompletionSource<string>();
        client.ApplicationMessageReceivedAsync += args =>
        {
            delta.TrySetResult(Encoding.UTF8.GetString(args.ApplicationMessage.Payload));
            return Task.CompletedTask;
        };
        await client.ConnectAsync(Options("t", Load(pem, key), MqttProtocolVersion.V500)).ConfigureAwait(false);

        MqttClientSubscribeResult refused = await client.SubscribeAsync("$aws/things/u/shadow/#").ConfigureAwait(false);
        MqttClientSubscribeResult granted = await client.SubscribeAsync("$aws/things/t/shadow/update/delta", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        Assert.AreEqual(MqttClientSubscribeResultCode.NotAuthorized, refused.Items.Single().ResultCode);
        Assert.AreEqual(MqttClientSubscribeResultCode.GrantedQoS1, granted.Items.Single().ResultCode);
        await _service.Cloud.Shadows.UpdateAsync("t", string.Empty, "{\"state\":{\"desired\":{\"a\":1}}}"u8.ToArray()).ConfigureAwait(false);

        Assert.Contains("\"state\":{\"a\":1}", await delta.Task.WaitAsync(Wait.Limit).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task A_payload_over_128_KB_is_refused()
    {
        (string pem, string key) = await _service.RegisterAsync("t").ConfigureAwait(false);
        using IMqttClient client = _factory.CreateMqttClient();
        await client.ConnectAsync(Options("t", Load(pem, key), MqttProtocolVersion.V311)).ConfigureAwait(false);

        await Assert.ThrowsAsync<Exception>(() => client.PublishBinaryAsync("nanoiot/things/t/telemetry", new byte[129 * 1024], MqttQualityOfServiceLevel.AtLeastOnce)).ConfigureAwait(false);

        await Wait.UntilAsync(() => _service.Log.Any(line => line.Contains("connection closed: t: ", StringComparison.Ordinal)), "the violation is logged").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_second_connection_takes_over_and_keeps_its_subscriptions()
    {
        (string pem, string key) = await _service.RegisterAsync("t").ConfigureAwait(false);
        using IMqttClient first = _factory.CreateMqttClient();
        using IMqttClient second = _factory.CreateMqttClient();
        var got = new TaskCompletionSource();
        second.ApplicationMessageReceivedAsync += _ =>
        {
            got.TrySetResult();
            return Task.CompletedTask;
        };
        await first.ConnectAsync(Options("t", Load(pem, key), MqttProtocolVersion.V500)).ConfigureAwait(false);
        await first.SubscribeAsync("nanoiot/things/t/x").ConfigureAwait(false);
        await second.ConnectAsync(Options("t", Load(pem, key), MqttProtocolVersion.V500)).ConfigureAwait(false);
        await second.SubscribeAsync("nanoiot/things/t/x").ConfigureAwait(false);
        await Wait.UntilAsync(() => !first.IsConnected, "the first is displaced").ConfigureAwait(false);

        await _service.Bus.PublishAsync(new Cloud.Broker.BusMessage("nanoiot/things/t/x", "1"u8.ToArray())).ConfigureAwait(false);

        await got.Task.WaitAsync(Wait.Limit).ConfigureAwait(false);
        Assert.IsTrue(_service.Cloud.Connectivity.IsConnected("t"));
    }

    private static X509Certificate2 Load(string pem, string key)
    {
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem, key);
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    private static X509Certificate2 SelfSigned()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=foreign", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    private X509Certificate2 Expired()
    {
        using X509Certificate2 root = X509Certificate2.CreateFromPemFile(Path.Combine(_service.Folder, "ca.pem"), Path.Combine(_service.Folder, "ca.key"));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=t", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using X509Certificate2 certificate = request.Create(root, DateTimeOffset.UtcNow.AddHours(-20), DateTimeOffset.UtcNow.AddHours(-1), [1, 2, 3]);
        using X509Certificate2 withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    private MqttClientOptions Options(string thing, X509Certificate2? certificate, MqttProtocolVersion version) => new MqttClientOptionsBuilder()
        .WithTcpServer("localhost", _service.MqttPort)
        .WithClientId(thing)
        .WithProtocolVersion(version)
        .WithTimeout(Wait.Limit)
        .WithTlsOptions(tls => tls.UseTls().WithSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13)
            .WithCertificateValidationHandler(_ => true)
            .WithClientCertificates(certificate is null ? [] : [certificate]))
        .Build();

    private async Task<bool> ConnectsAsync(string thing, X509Certificate2? certificate)
    {
        using IMqttClient client = _factory.CreateMqttClient();
        try
        {
            MqttClientConnectResult result = await client.ConnectAsync(Options(thing, certificate, MqttProtocolVersion.V500)).ConfigureAwait(false);
            return result.ResultCode == MqttClientConnectResultCode.Success;
        }
        catch (Exception exception) when (exception is MQTTnet.Exceptions.MqttCommunicationException or MQTTnet.Adapter.MqttConnectingFailedException or OperationCanceledException)
        {
            return false;
        }
    }
}
