namespace NanoIoT.Device.Boards
{
    /// <summary>Something that happened on another thread, on its way to the pump.</summary>
    internal sealed class BoardEvent
    {
        public BoardEvent(BoardEventKind kind)
        {
            Kind = kind;
        }

        public BoardEventKind Kind { get; }

        public string Text { get; set; } = string.Empty;

        public byte[] Payload { get; set; } = new byte[0];

        public int Number { get; set; }

        public bool Flag { get; set; }

        /// <summary>Which connection it came from: what an old one says late is not for the new one.</summary>
        public int Connection { get; set; }
    }
}
