namespace NanoIoT.Cloud.Rest;

/// <summary>One operation of AWS's REST interface.</summary>
public sealed class Operation
{
    /// <summary>AWS's name of it.</summary>
    public required string Name { get; init; }

    /// <summary>GET, PUT, POST, PATCH or DELETE.</summary>
    public required string Method { get; init; }

    /// <summary>The path; <c>{name}</c> is one level, <c>{name+}</c> the rest.</summary>
    public required string Path { get; init; }

    /// <summary>The role a user needs.</summary>
    public Role Role { get; init; } = Role.Viewer;

    /// <summary>What a device needs to be allowed, or null where devices may not call it.</summary>
    public Func<OperationRequest, DeviceAccess>? Device { get; init; }

    /// <summary>Whether it needs no credential, because a token in its path is one.</summary>
    public bool IsPublic { get; init; }

    /// <summary>How much of it there is.</summary>
    public Support Support { get; init; }

    /// <summary>What is missing, or why it is refused.</summary>
    public string Note { get; init; } = string.Empty;

    /// <summary>The largest body it takes, in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 512 * 1024;

    /// <summary>Does it.</summary>
    public required Func<OperationRequest, CancellationToken, Task<OperationResult>> Handler { get; init; }

    /// <summary>Whether it belongs to the data plane.</summary>
    public bool IsDataPlane { get; init; }
}
