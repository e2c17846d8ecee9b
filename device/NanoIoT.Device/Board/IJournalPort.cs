namespace NanoIoT.Device.Board
{
    /// <summary>
    /// Two records that outlive power. Either may be torn by a power cut while it is written; the other is then whole.
    /// </summary>
    public interface IJournalPort
    {
        /// <summary>Reads a record.</summary>
        /// <param name="slot">0 or 1.</param>
        /// <returns>What is there, or null.</returns>
        byte[]? Read(int slot);

        /// <summary>Writes a record; it is durable when the call returns true.</summary>
        /// <param name="slot">0 or 1.</param>
        /// <param name="record">The record.</param>
        /// <returns>True where it was written.</returns>
        bool Write(int slot, byte[] record);
    }
}
