namespace NanoIoT.Device.Ota
{
    /// <summary>
    /// The application's say in updates: not while busy or on a low battery, only after the user agreed, only at night.
    /// Called on the agent's thread, so be quick; an answer of <see cref="UpdateAnswer.Later"/> is asked for again every
    /// half minute, and at once when the application says so.
    /// </summary>
    public abstract class UpdatePolicy
    {
        /// <summary>Whether the board may download now.</summary>
        /// <param name="offer">The update.</param>
        /// <returns>The answer.</returns>
        public virtual UpdateAnswer MayDownload(UpdateOffer offer) => UpdateAnswer.Now;

        /// <summary>
        /// Whether the board may reboot into the new firmware now. It is staged: a power cut starts it too.
        /// </summary>
        /// <param name="offer">The update.</param>
        /// <returns>The answer.</returns>
        public virtual UpdateAnswer MayReboot(UpdateOffer offer) => UpdateAnswer.Now;
    }
}
