using System;
using System.IO;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Device.Board;

namespace NanoIoT.Device.Boards
{
    /// <summary>Downloads through HttpWebRequest, one at a time, each connection closed when it is done.</summary>
    internal sealed class HttpDownload : IDownloadPort, IPendingPort
    {
        private readonly X509Certificate? _ca;
        private readonly int _timeoutMilliseconds;
        private AgentCore? _core;
        private string _url = string.Empty;
        private int _from;
        private int _to;
        private bool _openPending;
        private byte[]? _readBuffer;
        private int _readCount;
        private int _read;
        private HttpWebRequest? _request;
        private HttpWebResponse? _response;
        private Stream? _body;

        public HttpDownload(X509Certificate? ca, int timeoutMilliseconds)
        {
            _ca = ca;
            _timeoutMilliseconds = timeoutMilliseconds;
        }

        public void Attach(AgentCore core) => _core = core;

        public void Open(string url, int from, int to)
        {
            _url = url;
            _from = from;
            _to = to;
            _openPending = true;
        }

        public void Read(byte[] buffer, int count)
        {
            _readBuffer = buffer;
            _readCount = count;
            _read = 0;
        }

        public void Close()
        {
            _openPending = false;
            _readBuffer = null;
            try
            {
                _body?.Close();
                _response?.Close();
                _request?.Dispose();
            }
            catch (Exception)
            {
                // The connection is gone either way.
                _body = null;
            }

            _body = null;
            _response = null;
            _request = null;
        }

        public bool RunPending()
        {
            if (_openPending)
            {
                _openPending = false;
                _core!.OnDownloadOpened(RunOpen());
                return true;
            }

            byte[]? buffer = _readBuffer;
            if (buffer != null)
            {
                if (!RunRead(buffer) || _read == _readCount)
                {
                    _readBuffer = null;
                    _core!.OnDownloadRead(_read);
                }

                return true;
            }

            return false;
        }

        private static long Number(string text, int start, int end)
        {
            if (end <= start || end - start > 18)
            {
                return -1;
            }

            long value = 0;
            for (int i = start; i < end; i++)
            {
                if (text[i] < '0' || text[i] > '9')
                {
                    return -1;
                }

                value = (value * 10) + (text[i] - '0');
            }

            return value;
        }

        private DownloadResponse RunOpen()
        {
            var result = new DownloadResponse();
            try
            {
                _request = (HttpWebRequest)WebRequest.Create(_url);
                _request.Method = "GET";

                // A kept connection would hold its TLS memory for ten minutes.
                _request.KeepAlive = false;
                _request.Timeout = _timeoutMilliseconds;
                _request.ReadWriteTimeout = _timeoutMilliseconds;
                _request.HttpsAuthentCert = _ca!;
                _request.AddRange(_from, _to);
                _response = (HttpWebResponse)_request.GetResponse();
                result.Status = (int)_response.StatusCode;
                result.ContentLength = _response.ContentLength;
                WebHeaderCollection headers = _response.Headers;
                result.ETag = headers["ETag"];
                result.Location = headers["Location"];
                ReadRange(headers["Content-Range"], result);
                string retryAfter = headers["Retry-After"];
                if (retryAfter != null)
                {
                    long seconds = Number(retryAfter, 0, retryAfter.Length);
                    result.RetryAfterSeconds = seconds < 0 ? 0 : seconds > 86400 ? 86400 : (int)seconds;
                }

                _body = _response.GetResponseStream();
            }
            catch (Exception exception)
            {
                result.Status = 0;
                result.Error = exception.Message;
            }

            return result;
        }

        /// <summary><c>bytes 0-4095/123456</c>.</summary>
        private static void ReadRange(string text, DownloadResponse result)
        {
            if (text == null || !text.StartsWith("bytes "))
            {
                return;
            }

            int dash = text.IndexOf('-');
            int slash = text.IndexOf('/');
            if (dash > 6 && slash > dash)
            {
                result.RangeStart = Number(text, 6, dash);
                result.RangeTotal = Number(text, slash + 1, text.Length);
            }
        }

        /// <summary>
        /// Reads once: a server that sends a byte at a time must not keep the agent from its other work until the chunk is whole.
        /// </summary>
        /// <returns>False where the download ended; short of what was asked for, the core takes it as interrupted.</returns>
        private bool RunRead(byte[] buffer)
        {
            try
            {
                int got = _body!.Read(buffer, _read, _readCount - _read);
                _read += got > 0 ? got : 0;
                return got > 0;
            }
            catch (Exception)
            {
                return false;
            }
        }
    }
}
