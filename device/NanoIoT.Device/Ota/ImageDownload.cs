using System;
using NanoIoT.Device.Board;
using NanoIoT.Shared;

namespace NanoIoT.Device.Ota
{
    /// <summary>
    /// Brings an artifact into the slot, chunk by chunk, each checked against its digest before it is written. Digests come
    /// in pages of 64, whose own digests the manifest vouches for (<see cref="Manifest"/>), so that the RAM it takes does
    /// not grow with the image: one page, one chunk, and 32 bytes for each 64 chunks.
    /// <code>
    /// page of digests ──> for each chunk: written already? ──yes, and its digest is right──> next
    ///                       │ no            in the running image? ──yes──> copy ──┐
    ///                       │ no                                                  v
    ///                       └──> fetch, with all that follow up to one that is held ──> check ──> write ──> next
    /// </code>
    /// A slot that cannot be read (MCUboot) skips the first two questions.
    /// </summary>
    internal sealed class ImageDownload
    {
        /// <summary>Bytes of the image that say what it is, kept to resume it (an MCUboot header's length).</summary>
        public const int HeaderBytes = 32;

        private const int MaxRedirects = 3;
        private const int MaxWriteAttempts = 3;
        private const int PageBytes = Manifest.ChunksPerPage * Contract.DigestBytes;

        /// <summary>The image's first 32 bytes once they are verified, else empty.</summary>
        public byte[] Header;

        /// <summary>Code of what stopped the download, or null.</summary>
        public string? Error;

        /// <summary>More about <see cref="Error"/>.</summary>
        public string Detail = string.Empty;

        /// <summary>Seconds the server asked to wait, or 0.</summary>
        public int RetryAfterSeconds;

        /// <summary>Whether a chunk was written since the start, beyond all written before: a flash that fails in one place is no progress.</summary>
        public bool HasProgressed;

        /// <summary>Whether the flash or the slot refused, which another attempt does not change.</summary>
        public bool IsFatal;

        /// <summary>Whether the server was not reached, was busy or failed: another attempt helps when it is back.</summary>
        public bool IsServerDown;

        /// <summary>Bytes fetched and bytes copied since they were last looked at.</summary>
        public int BytesFetched;
        public int BytesCopied;

        private readonly BoardPorts _ports;
        private readonly IFirmwarePort _firmware;
        private readonly IChunkStore? _store;
        private readonly Manifest _manifest;
        private readonly byte[] _digestKey = Contract.GetDigestKey();
        private readonly byte[] _page = new byte[PageBytes];
        private readonly byte[] _chunk;
        private readonly short[] _held = new short[Manifest.ChunksPerPage];
        private byte[]? _pageDigests;
        private string? _eTag;
        private string _url;
        private string _location = string.Empty;
        private Step _step;
        private int _redirects;
        private int _pageIndex = -1;
        private int _offset;
        private int _written;
        private int _furthest;
        private int _writeAttempts;
        private int _from;
        private int _to;
        private bool _isOpen;

        public ImageDownload(BoardPorts ports, IFirmwarePort firmware, Manifest manifest, string url, byte[] header)
        {
            _ports = ports;
            _firmware = firmware;
            _store = firmware as IChunkStore;
            _manifest = manifest;
            _chunk = new byte[manifest.ChunkSize];
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

        /// <summary>Whether every byte is in the slot.</summary>
        public bool IsDone => _step == Step.Done;

        /// <summary>Whether something is asked for and not answered.</summary>
        public bool IsRunning => _step != Step.Stopped && _step != Step.Done;

        public void UseUrl(string url) => _url = url;

        /// <summary>Begins, or goes on where the slot says it got to.</summary>
        public void Start()
        {
            Error = null;
            RetryAfterSeconds = 0;
            HasProgressed = false;
            IsServerDown = false;
            _redirects = 0;
            _location = string.Empty;
            _step = Step.Beginning;
            _firmware.Begin(_manifest.Size, Header.Length == HeaderBytes ? Header : null);
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
                    // What can be read back is checked again: a file system may have lost what it once had.
                    _written = nextOffset;
                    _offset = _store == null ? nextOffset : 0;
                    GoOn();
                    break;
                case FirmwareResult.StartOver:
                    Header = new byte[0];
                    _firmware.Begin(_manifest.Size, null);
                    break;
                case FirmwareResult.TooLarge:
                    IsFatal = true;
                    Fail(ReasonCodes.ImageTooLarge, _manifest.Size.ToString() + " bytes");
                    break;
                default:
                    IsFatal = result == FirmwareResult.FlashError;
                    Fail(ReasonCodes.FlashError, "slot cannot be prepared");
                    break;
            }
        }

        public void OnDownloadOpened(DownloadResponse response)
        {
            if ((_step != Step.OpeningDigests && _step != Step.OpeningImage) || IsRedirected(response) || !IsAsked(response))
            {
                return;
            }

            if (_eTag != null && response.ETag != null && response.ETag != _eTag)
            {
                // Another artifact stands there now: nothing held of the old one is of use.
                _eTag = null;
                _pageDigests = null;
                _pageIndex = -1;
                _furthest = 0;
                Header = new byte[0];
                Fail(ReasonCodes.DownloadWrongBytes, "entity tag changed");
                return;
            }

            _eTag = response.ETag;
            if (_step == Step.OpeningImage)
            {
                ReadChunk();
                return;
            }

            _step = Step.ReadingDigests;
            if (IsTree && _pageDigests == null)
            {
                _pageDigests = new byte[_to - _from];
                _ports.Download.Read(_pageDigests, _pageDigests.Length);
            }
            else
            {
                _ports.Download.Read(_page, _to - _from);
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

            if (result == FirmwareResult.FlashError && _store == null && ++_writeAttempts < MaxWriteAttempts)
            {
                // A chunk that failed did not advance the session: it is in RAM still, and can be stored again.
                WriteChunk();
                return;
            }

            _writeAttempts = 0;
            if (result == FirmwareResult.StartOver)
            {
                Header = new byte[0];
            }

            if (result != FirmwareResult.Success)
            {
                IsFatal = result == FirmwareResult.TooLarge;
                Fail(IsFatal ? ReasonCodes.ImageTooLarge : ReasonCodes.FlashError, "write at " + _offset.ToString());
                return;
            }

            _offset = ChunkStart + ChunkLength;
            if (_offset > _furthest)
            {
                _furthest = _offset;
                HasProgressed = true;
            }

            GoOn();
        }

        /// <summary>The chunk the next byte to write is in.</summary>
        private int ChunkIndex => _offset / _manifest.ChunkSize;

        private int ChunkStart => ChunkIndex * _manifest.ChunkSize;

        private int ChunkLength => _manifest.Size - ChunkStart < _manifest.ChunkSize ? _manifest.Size - ChunkStart : _manifest.ChunkSize;

        private bool IsTree => _manifest.PageCount > 1;

        /// <summary>Takes the next chunk from where it is nearest.</summary>
        private void GoOn()
        {
            while (true)
            {
                if (_offset >= _manifest.Size)
                {
                    CloseConnection();
                    _step = Step.Done;
                    return;
                }

                int page = ChunkIndex / Manifest.ChunksPerPage;
                if (page != _pageIndex)
                {
                    OpenDigests(page);
                    return;
                }

                if (_store == null || _offset >= _written || !_store.ReadWritten(_offset, _chunk, ChunkLength) || !IsRight())
                {
                    break;
                }

                KeepHeader();
                _offset += ChunkLength;
            }

            if (_store != null && _offset < _written)
            {
                _store.Rewind(_offset);
                _written = _offset;
            }

            short held = _held[ChunkIndex % Manifest.ChunksPerPage];
            if (_store != null && held >= 0)
            {
                if (_store.ReadRunning(held, _chunk, ChunkLength) && IsRight())
                {
                    BytesCopied += ChunkLength;
                    WriteChunk();
                    return;
                }

                _held[ChunkIndex % Manifest.ChunksPerPage] = -1;
            }

            if (_isOpen && ChunkStart == _from && _from < _to)
            {
                ReadChunk();
                return;
            }

            int end = ChunkIndex + 1;
            while (end % Manifest.ChunksPerPage != 0 && end < _manifest.ChunkCount && (_store == null || _held[end % Manifest.ChunksPerPage] < 0))
            {
                end++;
            }

            int to = end * _manifest.ChunkSize;
            _step = Step.OpeningImage;
            Open(ChunkStart, to < _manifest.Size ? to : _manifest.Size);
        }

        private void OpenDigests(int page)
        {
            int list = _manifest.ChunkCount * Contract.DigestBytes;
            int from = 0;
            int to = list;
            if (IsTree && _pageDigests == null)
            {
                from = list;
                to = _manifest.DigestsLength;
            }
            else if (IsTree)
            {
                from = page * PageBytes;
                to = from + PageBytes < list ? from + PageBytes : list;
            }

            _step = Step.OpeningDigests;
            Open(_manifest.DigestsOffset + from, _manifest.DigestsOffset + to);
        }

        private void OnDigestsRead(int count)
        {
            CloseConnection();
            int length = _to - _from;
            bool isPage = !IsTree || _from < _manifest.DigestsOffset + (_manifest.ChunkCount * Contract.DigestBytes);
            byte[] read = isPage ? _page : _pageDigests!;
            if (count != length)
            {
                _pageDigests = isPage ? _pageDigests : null;
                FailServer(ReasonCodes.DownloadInterrupted, "digest list ended early");
                return;
            }

            int page = ChunkIndex / Manifest.ChunksPerPage;
            bool right = isPage && IsTree
                ? Matches(read, length, _pageDigests!, page * Contract.DigestBytes)
                : Matches(read, length, Hex.Decode(_manifest.DigestsHmac)!, 0);
            if (!right)
            {
                _pageDigests = isPage ? _pageDigests : null;
                Fail(ReasonCodes.DownloadWrongBytes, "digest list");
                return;
            }

            if (isPage)
            {
                _pageIndex = page;
                _store?.FindChunks(_page, length / Contract.DigestBytes, _manifest.ChunkSize, _held);
            }

            GoOn();
        }

        private void ReadChunk()
        {
            _step = Step.ReadingChunk;
            _ports.Download.Read(_chunk, ChunkLength);
        }

        private void OnChunkRead(int count)
        {
            if (count != ChunkLength)
            {
                FailServer(ReasonCodes.DownloadInterrupted, "ended at " + (ChunkStart + (count > 0 ? count : 0)).ToString());
            }
            else if (!IsRight())
            {
                Fail(ReasonCodes.DownloadWrongBytes, "chunk " + ChunkIndex.ToString());
            }
            else
            {
                _from = ChunkStart + ChunkLength;
                WriteChunk();
            }
        }

        private void WriteChunk()
        {
            KeepHeader();
            int skip = _offset - ChunkStart;
            int count = ChunkLength - skip;
            _step = Step.WritingChunk;
            _firmware.Write(_chunk, skip, count);
        }

        private void KeepHeader()
        {
            if (ChunkStart == 0 && Header.Length == 0)
            {
                Header = new byte[HeaderBytes];
                Array.Copy(_chunk, 0, Header, 0, HeaderBytes);
            }
        }

        /// <summary>Whether the chunk in RAM is the one that belongs there.</summary>
        private bool IsRight() => Matches(_chunk, ChunkLength, _page, ChunkIndex % Manifest.ChunksPerPage * Contract.DigestBytes);

        private bool Matches(byte[] data, int length, byte[] digests, int offset)
        {
            if (length != data.Length)
            {
                // The native HMAC takes whole arrays.
                var exact = new byte[length];
                Array.Copy(data, 0, exact, 0, length);
                data = exact;
            }

            byte[] digest = _ports.System.HmacSha256(_digestKey, data);
            for (int i = 0; i < digest.Length; i++)
            {
                if (digest[i] != digests[offset + i])
                {
                    return false;
                }
            }

            return true;
        }

        private void Open(int from, int to)
        {
            CloseConnection();
            _from = from;
            _to = to;
            _isOpen = true;
            _ports.Download.Open(_location.Length > 0 ? _location : _url, from, to - 1);
        }

        private bool IsRedirected(DownloadResponse response)
        {
            int status = response.Status;
            bool redirects = (status >= 301 && status <= 303) || status == 307 || status == 308;
            if (!redirects || response.Location == null || _redirects == MaxRedirects || !IsAsSafe(response.Location))
            {
                return false;
            }

            _redirects++;
            _location = response.Location;
            Open(_from, _to);
            return true;
        }

        /// <summary>An absolute address, and never from TLS to clear text.</summary>
        private bool IsAsSafe(string location) => location.StartsWith("https://") || (location.StartsWith("http://") && _url.StartsWith("http://"));

        private bool IsAsked(DownloadResponse response)
        {
            int status = response.Status;
            if (status != 200 && status != 206)
            {
                RetryAfterSeconds = response.RetryAfterSeconds;
                _location = string.Empty;
                RefuseStatus(status, response.Error);
                return false;
            }

            // A 200 to a range request is the whole artifact: of use only from its beginning, and then longer than asked for.
            int length = _to - _from;
            int total = _manifest.DigestsOffset + _manifest.DigestsLength;
            bool right = status == 206
                ? response.RangeStart == _from && response.ContentLength == length && (response.RangeTotal == total || response.RangeTotal < 0)
                : _from == 0 && response.ContentLength == total;
            if (!right)
            {
                Fail(ReasonCodes.DownloadWrongLength, "HTTP " + status.ToString() + ", " + response.ContentLength.ToString() + " bytes for " + length.ToString() + " from " + _from.ToString());
            }

            return right;
        }

        private void RefuseStatus(int status, string? error)
        {
            string detail = "HTTP " + status.ToString();
            switch (status)
            {
                case 0:
                    FailServer(ReasonCodes.DownloadInterrupted, error ?? "no answer");
                    break;
                case 401:
                case 403:
                    Fail(ReasonCodes.DownloadForbidden, detail);
                    break;
                case 404:
                case 410:
                    Fail(ReasonCodes.DownloadNotFound, detail);
                    break;
                case 408:
                case 429:
                    FailServer(ReasonCodes.DownloadServerError, detail);
                    break;
                default:
                    Fail(ReasonCodes.DownloadServerError, detail);
                    IsServerDown = status >= 500;
                    break;
            }
        }

        private void FailServer(string reason, string detail)
        {
            Fail(reason, detail);
            IsServerDown = true;
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
