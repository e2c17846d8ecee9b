namespace NanoIoT.Device.Boards
{
    /// <summary>A port whose slow operations wait for the pump.</summary>
    public interface IPendingPort
    {
        /// <summary>Runs the operation that was asked for, if any, and tells the core what came of it.</summary>
        /// <returns>Whether there was one.</returns>
        bool RunPending();
    }
}
