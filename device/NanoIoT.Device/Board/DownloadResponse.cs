namespace NanoIoT.Device.Board
{
    /// <summary>The head of a download's answer.</summary>
    public sealed class DownloadResponse
    {
        // Fields: a board pays for each property with a hundred bytes of flash.

        /// <summary>The HTTP status, or 0 where no answer came.</summary>
        public int Status;

        /// <summary>Bytes the body will have, or -1 where the server did not say.</summary>
        public long ContentLength = -1;

        /// <summary>The first byte of Content-Range, or -1.</summary>
        public long RangeStart = -1;

        /// <summary>The whole length in Content-Range, or -1.</summary>
        public long RangeTotal = -1;

        /// <summary>Seconds of Retry-After, or 0.</summary>
        public int RetryAfterSeconds;

        /// <summary>The entity tag, or null.</summary>
        public string? ETag;

        /// <summary>Where the server sends the client on, or null.</summary>
        public string? Location;

        /// <summary>What went wrong where no answer came.</summary>
        public string? Error;
    }
}
