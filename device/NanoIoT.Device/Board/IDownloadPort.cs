namespace NanoIoT.Device.Board
{
    /// <summary>One HTTP(S) download at a time. Every call returns at once; the answer comes as an event on <see cref="AgentCore"/>.</summary>
    public interface IDownloadPort
    {
        /// <summary>Asks for a range of bytes; answered by <see cref="AgentCore.OnDownloadOpened"/>.</summary>
        /// <param name="url">The URL.</param>
        /// <param name="from">The first byte.</param>
        /// <param name="to">The last byte.</param>
        void Open(string url, int from, int to);

        /// <summary>Reads exactly so many bytes; answered by <see cref="AgentCore.OnDownloadRead"/>.</summary>
        /// <param name="buffer">Where they go, from its beginning.</param>
        /// <param name="count">How many.</param>
        void Read(byte[] buffer, int count);

        /// <summary>Ends the download and frees its connection.</summary>
        void Close();
    }
}
