using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Hosting.Connections;

namespace NanoIoT.Cloud.Tests.Mqtt;

[TestClass]
public sealed class ConnectionGateTests
{
    private static readonly IPEndPoint s_mqtt = new(IPAddress.Loopback, 8883);
    private static readonly IPEndPoint s_https = new(IPAddress.Loopback, 8443);

    private readonly ManualTime _time = new();

    [TestMethod]
    public async Task Each_limit_refuses_what_is_over_it_and_gives_back_what_is_closed()
    {
        var gate = new ConnectionGate(new ConnectionLimits(4, 3, 2, 100), _time, NullLogger<ConnectionGate>.Instance);
        GatedConnection first = Enter(gate, "10.0.0.1");
        Enter(gate, "10.0.0.1");
        Assert.IsFalse(gate.TryEnter(Create(gate, "10.0.0.1", s_mqtt)), "two per address");
        Enter(gate, "10.0.0.2");
        Assert.IsFalse(gate.TryEnter(Create(gate, "10.0.0.3", s_mqtt)), "three per listener");
        Assert.IsTrue(gate.TryEnter(Create(gate, "10.0.0.3", s_https)), "the other listener has room");
        Assert.IsFalse(gate.TryEnter(Create(gate, "10.0.0.4", s_https)), "four in total");

        await first.DisposeAsync().ConfigureAwait(false);

        Assert.AreEqual(3, gate.Count);
        Assert.IsTrue(gate.TryEnter(Create(gate, "10.0.0.1", s_mqtt)));
    }

    [TestMethod]
    public void An_old_connection_without_a_handshake_makes_room_and_a_young_one_does_not()
    {
        var gate = new ConnectionGate(new ConnectionLimits(100, 100, 100, 2), _time, NullLogger<ConnectionGate>.Instance);
        Enter(gate, "10.0.0.1");
        Enter(gate, "10.0.0.2");
        Assert.IsFalse(gate.TryEnter(Create(gate, "10.0.0.3", s_mqtt)), "both have just come");

        _time.Now += TimeSpan.FromSeconds(5);
        GatedConnection third = Enter(gate, "10.0.0.3");
        Assert.AreEqual(2, gate.HandshakeCount);
        third.CompleteHandshake();

        Assert.AreEqual(1, gate.HandshakeCount);
    }

    [TestMethod]
    [DataRow("::ffff:10.0.0.1", "10.0.0.1")]
    [DataRow("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [DataRow("10.0.0.1", "10.0.0.1")]
    public void Addresses_are_counted_by_what_one_client_can_have(string address, string network) =>
        Assert.AreEqual(IPAddress.Parse(network), ConnectionGate.NetworkOf(IPAddress.Parse(address)));

    [TestMethod]
    public void Limits_stay_below_the_limit_of_files_and_a_limit_that_is_too_low_is_refused()
    {
        const long memory = 8L << 30;
        var options = new CloudOptions { DataFolder = "x" };
        ConnectionLimits limits = ConnectionLimits.Create(options, 1024, 200, memory);

        Assert.AreEqual(1024 - 200 - 128, limits.Total);
        Assert.IsLessThan(limits.Total, limits.PerListener);
        Assert.AreEqual(ErrorCodes.FileLimit, Assert.ThrowsExactly<CloudException>(() => ConnectionLimits.Create(options, 256, 180, memory)).Code);
        Assert.AreEqual(ErrorCodes.FileLimit, Assert.ThrowsExactly<CloudException>(() => ConnectionLimits.Create(options with { MaxConnections = 5000 }, 1024, 100, memory)).Code);
        Assert.AreEqual(5000, ConnectionLimits.Create(options with { MaxConnections = 5000 }, null, 100, memory).Total);
    }

    private GatedConnection Enter(ConnectionGate gate, string address)
    {
        GatedConnection connection = Create(gate, address, s_mqtt);
        Assert.IsTrue(gate.TryEnter(connection));
        return connection;
    }

    private GatedConnection Create(ConnectionGate gate, string address, EndPoint listener) =>
        new(new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) }, gate, listener, _time.GetTimestamp());

    private sealed class ManualTime : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
