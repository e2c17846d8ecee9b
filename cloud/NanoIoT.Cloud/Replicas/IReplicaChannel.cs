namespace NanoIoT.Cloud.Replicas;

/// <summary>A way to all other copies of this service. What is sent is a hint: nothing breaks where it is lost.</summary>
public interface IReplicaChannel
{
    /// <summary>Called with what another copy sent, in order.</summary>
    Func<ReadOnlyMemory<byte>, Task>? Received { get; set; }

    /// <summary>Called after the way was opened, the first time or again: what was sent before is lost.</summary>
    Action? Restored { get; set; }

    /// <summary>Sends to all others.</summary>
    /// <param name="payload">What.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The task.</returns>
    Task SendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
}
