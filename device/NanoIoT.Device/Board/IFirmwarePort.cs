namespace NanoIoT.Device.Board
{
    /// <summary>
    /// The slot that updates are written to. <see cref="Begin"/>, <see cref="Write"/> and <see cref="Complete"/> return at
    /// once and are answered by events on <see cref="AgentCore"/>; the others are quick and answer themselves.
    /// </summary>
    public interface IFirmwarePort
    {
        /// <summary>The kind of image the slot takes, one of <see cref="NanoIoT.Shared.ImageKinds"/>.</summary>
        string Kind { get; }

        /// <summary>The version in the header of the image that runs, <c>major.minor.patch</c>; empty where the slot has none.</summary>
        string ImageVersion { get; }

        /// <summary>What the boot loader says of the running image.</summary>
        /// <returns>The status.</returns>
        FirmwareStatus GetStatus();

        /// <summary>Prepares the slot, or finds how far an earlier attempt got; answered by <see cref="AgentCore.OnFirmwareBegun"/>.</summary>
        /// <param name="totalLength">The image's bytes.</param>
        /// <param name="header">The image's first 32 bytes to resume, or null to start afresh.</param>
        void Begin(int totalLength, byte[]? header);

        /// <summary>Writes bytes behind those written before; answered by <see cref="AgentCore.OnFirmwareWritten"/>.</summary>
        /// <param name="buffer">The bytes.</param>
        /// <param name="offset">The first to write.</param>
        /// <param name="count">How many.</param>
        void Write(byte[] buffer, int offset, int count);

        /// <summary>Checks the whole image and marks it for a trial at the next reboot; answered by <see cref="AgentCore.OnFirmwareCompleted"/>.</summary>
        void Complete();

        /// <summary>Gives up the session and erases what was written.</summary>
        void Erase();

        /// <summary>Makes the running image permanent. An image that has no trial is permanent already.</summary>
        /// <returns>True where it is.</returns>
        bool Confirm();

        /// <summary>Asks for the old image at the next reboot.</summary>
        /// <returns>True where it will come.</returns>
        bool Revert();
    }
}
