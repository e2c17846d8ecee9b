namespace NanoIoT.Device.Ota
{
    /// <summary>The update an <see cref="UpdatePolicy"/> is asked about: its signature is verified.</summary>
    public sealed class UpdateOffer
    {
        // Fields: a board pays for each property with a hundred bytes of flash.

        /// <summary>The campaign.</summary>
        public string Campaign = string.Empty;

        /// <summary>The component, e.g. <c>app</c>.</summary>
        public string Component = string.Empty;

        /// <summary>The new version.</summary>
        public string Version = string.Empty;

        /// <summary>The image's bytes.</summary>
        public int Size;

        /// <summary>The time, Unix seconds; 0 where the board does not know it.</summary>
        public long UnixSeconds;
    }
}
