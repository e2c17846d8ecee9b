using System;
using NanoIoT.Device.Board;
using NanoIoT.Shared;

namespace NanoIoT.Device.Ota
{
    /// <summary>
    /// Brings an artifact into the slot: prepare the slot, fetch the digest list from behind the image and check it
    /// against the manifest, then fetch the image in one request and check, chunk by chunk, before each write.
    /// Holds one chunk and the digest list, whatever the image's size.
    /// </summary>
    internal sealed class ImageDownload
    {
        /// <summary>Bytes of the image that say what it is, kept to resume it (an MCUboot header's length).</summary>
        public const int HeaderBytes = 32;

        private readonly BoardPorts _ports;
        private readonly Manifest _manifest;
        private readonly byte[] _digestKey = Contract.GetDigestKey();
        private byte[]? _digests;
        private byte[] _chunk = new byte[0];
        private string? _eTag;
        private string _url;
        private Step _step;
        private int _offset;
        private bool _isOpen;

        public ImageDownload(BoardPorts ports, Manifest manifest, string url, byte[] header)
        {
            _ports = ports;
            _manifest = manifest;
            _url = url;
            Header = header;
        }

        private enum Step
        {
            Stopped,
            Beginning,
            OpeningDigests,
            ReadingDigests,
            OpeningImage,
            ReadingChunk,
            WritingChunk,
            Done,
        }

        /// <summary>The image's first 32 bytes once they are verified, else empty.</summary>
        public byte[] Header { get; private set; }

        /// <summary>Bytes fetched since the last look.</summary>
        public int BytesFetched { get; private set; }

        /// <summary>Whether every byte is in the slot.</summary>
        public bool IsDone => _step == Step.Done;

        /// <summary>Whether something is asked for and not answered.</summary>
        public bool IsRunning => _step != Step.Stopped && _step != Step.Done;

        /// <summary>Code of what stopped the download, or null.</summary>
        public string? Error { get; private set; }

        /// <summary>More about <see cref="Error"/>.</summary>
        public string Detail { get; private set; } = string.Empty;

        /// <summary>Seconds the server asked to wait, or 0.</summary>
        public int RetryAfterSeconds { get; private set; }

        /// <summary>Whether a chunk was written since the start or the last error.</summary>
        public bool HasProgressed { get; private set; }

        /// <summary>Whether the flash or the slot refused, which trying again does not mend.</summary>
        public bool IsFatal { get; private set; }

        public int TakeBytesFetched()
        {
            int bytes = BytesFetched;
            BytesFetched = 0;
            return bytes;
        }

        public void UseUrl(string url) => _url = url;

        /// <summary>Begins, or goes on where the slot says it got to.</summary>
        public void Start()
        {
            Error = null;
            RetryAfterSeconds = 0;
            HasProgressed = false;
            _step = Step.Beginning;
            _ports.Firmware.Begin(_manifest.Size, Header.Length == HeaderBytes ? Header : null);
        }

        /// <summary>Lets the connection go; <see cref="Start"/> goes on later.</summary>
        public void Stop()
        {
            CloseConnection();
            if (_step != Step.Done)
            {
                _step = Step.Stopped;
            }
        }

        public void OnFirmwareBegun(FirmwareResult result, int nextOffset)
        {
            if (_step != Step.Beginning)
            {
                return;
            }

            switch (result)
            {
                case FirmwareResult.Success:
                    _offset = nextOffset;
                    if (_digests != null)
                    {
                        OpenImage();
                        return;
                    }

                    _step = Step.OpeningDigests;
                    Open(_manifest.DigestsOffset, _manifest.DigestsOffset + _manifest.DigestsLength - 1);
                    break;
                case FirmwareResult.StartOver:
                    Header = new byte[0];
                    _ports.Firmware.Begin(_manifest.Size, null);
                    break;
                case FirmwareResult.TooLarge:
                    Fatal(ReasonCodes.ImageTooLarge, _manifest.Size.ToString() + " bytes");
                    break;
                case FirmwareResult.FlashError:
                    Fatal(ReasonCodes.FlashError, "slot cannot be prepared");
                    break;
                default:
                    Fail(ReasonCodes.FlashError, "slot is busy");
                    break;
            }
        }

        public void OnDownloadOpened(DownloadResponse response)
        {
            if (_step != Step.OpeningDigests && _step != Step.OpeningImage)
            {
                return;
            }

            bool digests = _step == Step.OpeningDigests;
            int from = digests ? _manifest.DigestsOffset : ChunkStart(_offset);
            int length = digests ? _manifest.DigestsLength : _manifest.Size - from;
            if (!CheckStatus(response) || !CheckRange(response, from, length))
            {
                return;
            }

            if (_eTag != null && response.ETag != null && response.ETag != _eTag)
            {
                // Another artifact stands there now: nothing held of the old one is of use.
                _eTag = response.ETag;
                _digests = null;
                Header = new byte[0];
                Fail(ReasonCodes.DownloadWrongBytes, "entity tag changed");
                return;
            }

            _eTag = response.ETag;
            if (digests)
            {
                _step = Step.ReadingDigests;
                _digests = new byte[length];
                _ports.Download.Read(_digests, length);
            }
            else
            {
                ReadChunk();
            }
        }

        public void OnDownloadRead(int count)
        {
            BytesFetched += count > 0 ? count : 0;
            if (_step == Step.ReadingDigests)
            {
                OnDigestsRead(count);
            }
            else if (_step == Step.ReadingChunk)
            {
                OnChunkRead(count);
            }
        }

        public void OnFirmwareWritten(FirmwareResult result)
        {
            if (_step != Step.WritingChunk)
            {
                return;
            }

            if (result == FirmwareResult.StartOver)
            {
                Header = new byte[0];
                Fail(ReasonCodes.FlashError, "slot lost its session");
                return;
            }

            if (result != FirmwareResult.Success)
            {
                Fail(ReasonCodes.FlashError, "write at " + _offset.ToString());
                return;
            }

            HasProgressed = true;
            _offset = ChunkStart(_offset) + _chunk.Length;
            if (_offset >= _manifest.Size)
            {
                Finish();
            }
            else
            {
                ReadChunk();
            }
        }

        private static bool Matches(byte[] digest, byte[] list, int offset)
        {
            for (int i = 0; i < digest.Length; i++)
            {
                if (digest[i] != list[offset + i])
                {
                    return false;
                }
            }

            return true;
        }

        private int ChunkStart(int offset) => offset / _manifest.ChunkSize * _manifest.ChunkSize;

        private void Open(int from, int to)
        {
            _isOpen = true;
            _ports.Download.Open(_url, from, to);
        }

        private void OpenImage()
        {
            if (_offset >= _manifest.Size)
            {
                Finish();
                return;
            }

            _step = Step.OpeningImage;
            Open(ChunkStart(_offset), _manifest.Size - 1);
        }

        private void ReadChunk()
        {
            int start = ChunkStart(_offset);
            int length = _manifest.Size - start < _manifest.ChunkSize ? _manifest.Size - start : _manifest.ChunkSize;
            if (_chunk.Length != length)
            {
                _chunk = new byte[length];
            }

            _step = Step.ReadingChunk;
            _ports.Download.Read(_chunk, length);
        }

        private void OnDigestsRead(int count)
        {
            CloseConnection();
            byte[] digests = _digests!;
            if (count != digests.Length)
            {
                _digests = null;
                Fail(ReasonCodes.DownloadInterrupted, "digest list ended early");
                return;
            }

            byte[] expected = Hex.Decode(_manifest.DigestsHmac)!;
            if (!Matches(expected, _ports.System.HmacSha256(_digestKey, digests), 0))
            {
                _digests = null;
                Fail(ReasonCodes.DownloadWrongBytes, "digest list");
                return;
            }

            OpenImage();
        }

        private void OnChunkRead(int count)
        {
            int start = ChunkStart(_offset);
            if (count != _chunk.Length)
            {
                Fail(ReasonCodes.DownloadInterrupted, "ended at " + (start + (count > 0 ? count : 0)).ToString());
                return;
            }

            int index = start / _manifest.ChunkSize;
            if (!Matches(_ports.System.HmacSha256(_digestKey, _chunk), _digests!, index * Contract.DigestBytes))
            {
                Fail(ReasonCodes.DownloadWrongBytes, "chunk " + index.ToString());
                return;
            }

            if (start == 0 && Header.Length == 0)
            {
                var header = new byte[HeaderBytes];
                Array.Copy(_chunk, 0, header, 0, HeaderBytes);
                Header = header;
            }

            _step = Step.WritingChunk;
            int skip = _offset - start;
            _ports.Firmware.Write(_chunk, skip, _chunk.Length - skip);
        }

        private bool CheckStatus(DownloadResponse response)
        {
            int status = response.Status;
            if (status == 200 || status == 206)
            {
                return true;
            }

            RetryAfterSeconds = response.RetryAfterSeconds;
            string detail = status == 0 ? response.Error ?? "no answer" : "HTTP " + status.ToString();
            if (status == 0)
            {
                Fail(ReasonCodes.DownloadInterrupted, detail);
            }
            else if (status == 401 || status == 403)
            {
                Fail(ReasonCodes.DownloadForbidden, detail);
            }
            else if (status == 404 || status == 410)
            {
                Fail(ReasonCodes.DownloadNotFound, detail);
            }
            else
            {
                Fail(ReasonCodes.DownloadServerError, detail);
            }

            return false;
        }

        private bool CheckRange(DownloadResponse response, int from, int length)
        {
            // A 200 to a range request is the whole artifact: of use only from its beginning, and then longer than asked for.
            int total = _manifest.DigestsOffset + _manifest.DigestsLength;
            bool right = response.Status == 206
                ? response.RangeStart == from && response.ContentLength == length && (response.RangeTotal == total || response.RangeTotal < 0)
                : from == 0 && response.ContentLength == total;
            if (!right)
            {
                Fail(ReasonCodes.DownloadWrongLength, "HTTP " + response.Status.ToString() + ", " + response.ContentLength.ToString() + " bytes for " + length.ToString() + " from " + from.ToString());
            }

            return right;
        }

        private void Finish()
        {
            CloseConnection();
            _step = Step.Done;
        }

        private void Fatal(string reason, string detail)
        {
            IsFatal = true;
            Fail(reason, detail);
        }

        private void Fail(string reason, string detail)
        {
            CloseConnection();
            _step = Step.Stopped;
            Error = reason;
            Detail = detail;
        }

        private void CloseConnection()
        {
            if (_isOpen)
            {
                _isOpen = false;
                _ports.Download.Close();
            }
        }
    }
}
