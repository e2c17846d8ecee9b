namespace NanoIoT.Device.Boards
{
    /// <summary>Kinds of <see cref="BoardEvent"/>.</summary>
    internal enum BoardEventKind
    {
        /// <summary>A message came.</summary>
        Message,

        /// <summary>A publish was acknowledged or given up.</summary>
        Published,

        /// <summary>A SUBSCRIBE was answered.</summary>
        Subscribed,

        /// <summary>The connection closed.</summary>
        Closed,

        /// <summary>The health check answered.</summary>
        Health,

        /// <summary>The update policy may answer otherwise now.</summary>
        Reconsider,
    }
}
