namespace NanoIoT.Cloud.Hosting;

/// <summary>A broker that devices connect to in the service's place.</summary>
public sealed record ExternalBrokerOptions
{
    /// <summary>What it is.</summary>
    public BrokerKind Kind { get; init; }

    /// <summary>Where it is: <c>mqtts://HOST:PORT</c>, <c>mqtt://</c> without TLS, or <c>wss://HOST/mqtt</c>, a WebSocket whose address is signed (SigV4).</summary>
    public required Uri Address { get; init; }

    /// <summary>Where boards reach it, where that is not where the service does; or null.</summary>
    public Uri? BoardAddress { get; init; }

    /// <summary>Whether it is reached by TLS.</summary>
    public bool IsTls => Address.Scheme != "mqtt";

    /// <summary>Whether it is a WebSocket whose address is signed.</summary>
    public bool IsSigned => Address.Scheme == "wss";

    /// <summary>Its port.</summary>
    public int Port => Address.Port > 0 ? Address.Port : IsSigned ? 443 : IsTls ? 8883 : 1883;

    /// <summary>The name of the shared subscription that all copies of this service have.</summary>
    public string Group { get; init; } = "nanoiot";

    /// <summary>The user, or null.</summary>
    public string? UserName { get; init; }

    /// <summary>The user's password, or null.</summary>
    public string? Password { get; init; }

    /// <summary>CA certificates (PEM) that its certificate is trusted by; null for the built-in CA's and the machine's.</summary>
    public string? CaFile { get; init; }

    /// <summary>The service's certificate (PEM) there; null for one that the built-in CA issues, with the common name <c>$nanoiot</c>, which no thing can have, and at AWS IoT for none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The key (PEM) of <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }
}
