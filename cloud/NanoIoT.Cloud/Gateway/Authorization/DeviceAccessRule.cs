namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>What a requirement lets devices do.</summary>
internal enum DeviceAccessRule
{
    /// <summary>Nothing.</summary>
    Denied,

    /// <summary>What their AWS IoT policies allow for the operation and the resource in its path.</summary>
    ByPolicy,

    /// <summary>Every device with an active certificate passes; the endpoint asks further.</summary>
    AnyActive,
}
