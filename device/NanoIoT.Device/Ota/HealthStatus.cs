namespace NanoIoT.Device.Ota
{
    /// <summary>What an application says of itself during a trial.</summary>
    public enum HealthStatus
    {
        /// <summary>All is well: the firmware may be confirmed.</summary>
        Healthy,

        /// <summary>Not yet known: ask again in a few seconds.</summary>
        NotYet,

        /// <summary>It does not work: go back to the old firmware.</summary>
        Unhealthy,
    }
}
