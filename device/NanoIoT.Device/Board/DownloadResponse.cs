namespace NanoIoT.Device.Board
{
    /// <summary>The head of a download's answer.</summary>
    public sealed class DownloadResponse
    {
        /// <summary>The HTTP status, or 0 where no answer came.</summary>
        public int Status { get; set; }

        /// <summary>Bytes the body will have, or -1 where the server did not say.</summary>
        public long ContentLength { get; set; } = -1;

        /// <summary>The first byte of Content-Range, or -1.</summary>
        public long RangeStart { get; set; } = -1;

        /// <summary>The whole length in Content-Range, or -1.</summary>
        public long RangeTotal { get; set; } = -1;

        /// <summary>Seconds of Retry-After, or 0.</summary>
        public int RetryAfterSeconds { get; set; }

        /// <summary>The entity tag, or null.</summary>
        public string? ETag { get; set; }

        /// <summary>What went wrong where no answer came.</summary>
        public string? Error { get; set; }
    }
}
