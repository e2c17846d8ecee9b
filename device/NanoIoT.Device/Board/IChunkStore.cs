namespace NanoIoT.Device.Board
{
    /// <summary>
    /// A firmware port that can read its slots (<see cref="IFirmwarePort"/> with files; the in-field update API cannot), so
    /// that what the running image holds already is copied and not fetched. All calls answer themselves.
    /// </summary>
    public interface IChunkStore
    {
        /// <summary>Looks for chunks in the running image.</summary>
        /// <param name="digests">The digests looked for, 32 bytes each.</param>
        /// <param name="count">How many of them.</param>
        /// <param name="chunkSize">Bytes a chunk.</param>
        /// <param name="found">Takes the running image's chunk for each digest, or -1.</param>
        void FindChunks(byte[] digests, int count, int chunkSize, short[] found);

        /// <summary>Reads a chunk of the running image.</summary>
        /// <param name="chunk">Which, as <see cref="FindChunks"/> told.</param>
        /// <param name="buffer">Where it goes.</param>
        /// <param name="count">How many bytes.</param>
        /// <returns>False where they cannot be read.</returns>
        bool ReadRunning(int chunk, byte[] buffer, int count);

        /// <summary>Reads back what is written of the new image.</summary>
        /// <param name="offset">The first byte.</param>
        /// <param name="buffer">Where they go.</param>
        /// <param name="count">How many.</param>
        /// <returns>False where they cannot be read.</returns>
        bool ReadWritten(int offset, byte[] buffer, int count);

        /// <summary>The next write goes here; what is behind counts no more.</summary>
        /// <param name="offset">The byte, at most as many as are written.</param>
        void Rewind(int offset);
    }
}
