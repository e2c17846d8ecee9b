namespace NanoIoT.Device.Board
{
    /// <summary>What remains of a board: digests, random numbers, health, reboot, memory, log.</summary>
    public interface ISystemPort
    {
        /// <summary>Free bytes of the managed heap.</summary>
        long FreeMemory { get; }

        /// <summary>Lines less severe are dropped.</summary>
        LogLevel LogLevel { get; set; }

        /// <summary>HMAC-SHA-256, native where the board has it.</summary>
        /// <param name="key">The key.</param>
        /// <param name="data">The whole of the data.</param>
        /// <returns>32 bytes.</returns>
        byte[] HmacSha256(byte[] key, byte[] data);

        /// <summary>A random number for back-off; not for keys.</summary>
        /// <param name="exclusiveUpperBound">At least 1.</param>
        /// <returns>0 to the bound, the bound not included.</returns>
        int NextRandom(int exclusiveUpperBound);

        /// <summary>Runs the application's health check; answered by <see cref="AgentCore.OnHealth"/>.</summary>
        void CheckHealth();

        /// <summary>Reboots the board.</summary>
        void Reboot();

        /// <summary>Takes a line for the log.</summary>
        /// <param name="level">How severe it is.</param>
        /// <param name="text">The line.</param>
        void Log(LogLevel level, string text);
    }
}
