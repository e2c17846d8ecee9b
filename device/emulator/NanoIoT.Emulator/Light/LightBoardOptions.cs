using System.Net;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Emulator.Simulation;

namespace NanoIoT.Emulator.Light;

/// <summary>A light board's surroundings.</summary>
public sealed record LightBoardOptions
{
    /// <summary>Who it is.</summary>
    public required SimulatedSettings Settings { get; init; }

    /// <summary>The broker.</summary>
    public required DnsEndPoint Broker { get; init; }

    /// <summary>Its certificate, with the key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The CA it trusts.</summary>
    public required X509Certificate2 Ca { get; init; }

    /// <summary>What downloads; boards share it, and its connections.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>What its application's health check says of a version.</summary>
    public Func<string, bool> IsHealthy { get; init; } = _ => true;
}
