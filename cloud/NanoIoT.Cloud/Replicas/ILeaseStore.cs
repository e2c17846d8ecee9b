namespace NanoIoT.Cloud.Replicas;

/// <summary>Where leases are kept. A write or a deletion happens only where the lease is as it was seen.</summary>
public interface ILeaseStore
{
    /// <summary>Makes what is missing.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>All leases, as they are now.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The leases, in no order.</returns>
    Task<IReadOnlyList<Lease>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Writes a lease.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="owner">Its owner.</param>
    /// <param name="seen">The lease as it was seen; null where there was none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The lease as it is now; null where it is not what was seen.</returns>
    Task<Lease?> WriteAsync(string name, string owner, Lease? seen, CancellationToken cancellationToken);

    /// <summary>Deletes a lease.</summary>
    /// <param name="seen">The lease as it was seen.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it was what was seen.</returns>
    Task<bool> DeleteAsync(Lease seen, CancellationToken cancellationToken);
}
