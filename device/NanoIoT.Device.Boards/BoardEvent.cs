namespace NanoIoT.Device.Boards
{
    /// <summary>Something that happened on another thread, on its way to the pump.</summary>
    internal sealed class BoardEvent
    {
        public BoardEvent(BoardEventKind kind)
        {
            Kind = kind;
        }

        public readonly BoardEventKind Kind;

        public string Text = string.Empty;

        public byte[] Payload = new byte[0];

        public int Number;

        public bool Flag;

        /// <summary>Which connection it came from: what an old one says late is not for the new one.</summary>
        public int Connection;
    }
}
