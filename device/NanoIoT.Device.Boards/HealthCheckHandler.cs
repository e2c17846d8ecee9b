using NanoIoT.Device.Ota;

namespace NanoIoT.Device.Boards
{
    /// <summary>
    /// Says whether new firmware works. It runs on a thread of its own, may take its time, and counts as unhealthy where it throws.
    /// </summary>
    /// <param name="detail">More for a person, kept to 100 characters.</param>
    /// <returns>The verdict.</returns>
    public delegate HealthStatus HealthCheckHandler(out string detail);
}
