namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>What an MQTT CONNECT asks for, as conditions on <c>iot:Connect</c> see it.</summary>
/// <param name="IsPersistent">Whether the session is to outlive the connection.</param>
/// <param name="WillTopic">The last will's topic, or null where there is no last will.</param>
public sealed record ConnectDetails(bool IsPersistent, string? WillTopic)
{
    /// <summary>The values of <c>iot:ConnectAttributes</c>.</summary>
    public IReadOnlyList<string> Attributes { get; } =
        [.. IsPersistent ? ["PersistentConnect"] : Array.Empty<string>(), .. WillTopic is null ? Array.Empty<string>() : ["LastWill"]];
}
