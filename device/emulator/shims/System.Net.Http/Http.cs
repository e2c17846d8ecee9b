extern alias nano;

using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using NanoIoT.Emulator.Hosting;
using SslProtocols = nano::System.Net.Security.SslProtocols;
using SslVerification = nano::System.Net.Security.SslVerification;
using X509Certificate = nano::System.Security.Cryptography.X509Certificates.X509Certificate;

[assembly: TypeForwardedTo(typeof(System.Net.HttpStatusCode))]
[assembly: TypeForwardedTo(typeof(System.Uri))]
[assembly: TypeForwardedTo(typeof(System.UriKind))]
[assembly: TypeForwardedTo(typeof(System.UriHostNameType))]

namespace System.Net
{
    /// <summary>What went wrong with a request.</summary>
    public enum WebExceptionStatus
    {
        Success = 0,
        NameResolutionFailure = 1,
        ConnectFailure = 2,
        ReceiveFailure = 3,
        SendFailure = 4,
        PipelineFailure = 5,
        RequestCanceled = 6,
        ProtocolError = 7,
        ConnectionClosed = 8,
        TrustFailure = 9,
        SecureChannelFailure = 10,
        ServerProtocolViolation = 11,
        KeepAliveFailure = 12,
        Pending = 13,
        Timeout = 14,
        ProxyNameResolutionFailure = 15,
    }

    /// <summary>A request that got no answer.</summary>
    public class WebException : InvalidOperationException
    {
        public WebException()
        {
        }

        public WebException(string message)
            : base(message)
        {
        }

        public WebException(string message, Exception innerException)
            : base(message, innerException)
        {
        }

        public WebException(string message, WebExceptionStatus status)
            : base(message)
        {
            Status = status;
        }

        public WebException(string message, Exception inner, WebExceptionStatus status, WebResponse response)
            : base(message, inner)
        {
            Status = status;
            Response = response;
        }

        public WebExceptionStatus Status { get; }

        public WebResponse Response { get; }
    }

    /// <summary>Headers in the order they came; names without regard to case.</summary>
    public class WebHeaderCollection
    {
        private readonly List<KeyValuePair<string, string>> _items = new List<KeyValuePair<string, string>>();

        public int Count => _items.Count;

        public string[] AllKeys => _items.ConvertAll(item => item.Key).ToArray();

        internal IReadOnlyList<KeyValuePair<string, string>> Items => _items;

        public string this[string header]
        {
            get
            {
                string[] values = GetValues(header);
                return values == null ? null : string.Join(",", values);
            }
        }

        public static bool IsRestricted(string headerName) => false;

        public string[] GetValues(string header)
        {
            List<KeyValuePair<string, string>> found = _items.FindAll(item => string.Equals(item.Key, header, StringComparison.OrdinalIgnoreCase));
            return found.Count == 0 ? null : found.ConvertAll(item => item.Value).ToArray();
        }

        public void Add(string header)
        {
            int colon = header.IndexOf(':');
            Add(header.Substring(0, colon), header.Substring(colon + 1).Trim());
        }

        public void Add(string name, string value) => _items.Add(new KeyValuePair<string, string>(name, value));

        public void Remove(string name) => _items.RemoveAll(item => string.Equals(item.Key, name, StringComparison.OrdinalIgnoreCase));

        public void Set(string name, string value)
        {
            Remove(name);
            Add(name, value);
        }

        public byte[] ToByteArray() => NetText.GetBytes(ToString());

        public override string ToString()
        {
            string text = string.Empty;
            foreach (KeyValuePair<string, string> item in _items)
            {
                text += item.Key + ": " + item.Value + "\r\n";
            }

            return text + "\r\n";
        }
    }

    /// <summary>A request.</summary>
    public abstract class WebRequest : MarshalByRefObject, IDisposable
    {
        public virtual Uri RequestUri => throw new NotSupportedException();

        public virtual WebHeaderCollection Headers { get; set; }

        public virtual int Timeout { get; set; }

        public virtual long ContentLength { get; set; }

        public virtual string ConnectionGroupName { get; set; }

        public virtual string ContentType { get; set; }

        public virtual string Method { get; set; }

        public static WebRequest Create(string requestUriString) => Create(new Uri(requestUriString));

        public static WebRequest Create(Uri requestUri)
        {
            BoardHost.Current.ThrowIfStopped();
            return requestUri.Scheme == "http" || requestUri.Scheme == "https"
                ? new HttpWebRequest(requestUri)
                : throw new NotSupportedException();
        }

        public static void Initialize()
        {
        }

        public virtual Stream GetRequestStream() => throw new NotSupportedException();

        public virtual WebResponse GetResponse() => throw new NotSupportedException();

        public void Dispose() => Dispose(true);

        protected virtual void Dispose(bool disposing)
        {
        }
    }

    /// <summary>An answer.</summary>
    public abstract class WebResponse : MarshalByRefObject, IDisposable
    {
        public virtual Uri ResponseUri => throw new NotSupportedException();

        public virtual WebHeaderCollection Headers => throw new NotSupportedException();

        public virtual long ContentLength { get; set; }

        public virtual string ContentType { get; set; }

        public virtual Stream GetResponseStream() => throw new NotSupportedException();

        public virtual void Close()
        {
        }

        public void Dispose() => Dispose(true);

        protected virtual void Dispose(bool disposing) => Close();
    }

    /// <summary>
    /// HTTP as the board does it: no status is an exception, redirects are not followed, headers count up to 4,000
    /// characters and what follows them is read as the body.
    /// </summary>
    public class HttpWebRequest : WebRequest
    {
        private const int MaxHeaderCharacters = 4000;

        private readonly MemoryStream _body = new MemoryStream();

        internal HttpWebRequest(Uri uri)
        {
            RequestUri = uri;
            Headers = new WebHeaderCollection();
        }

        public static int DefaultMaximumResponseHeadersLength { get; set; } = MaxHeaderCharacters;

        public override Uri RequestUri { get; }

        public Uri Address => RequestUri;

        public override string Method { get; set; } = "GET";

        public override int Timeout { get; set; } = 100000;

        public override long ContentLength { get; set; } = -1;

        public override string ContentType { get; set; }

        public override WebHeaderCollection Headers { get; set; }

        public SslProtocols SslProtocols { get; set; }

        public SslVerification SslVerification { get; set; } = SslVerification.CertificateRequired;

        public X509Certificate HttpsAuthentCert { get; set; }

        public Version ProtocolVersion { get; set; } = new Version(1, 1);

        public DateTime IfModifiedSince => DateTime.MinValue;

        public bool AllowAutoRedirect => false;

        public bool AllowWriteStreamBuffering { get; set; }

        public bool HaveResponse { get; private set; }

        public bool KeepAlive { get; set; } = true;

        public bool SendChunked { get; set; }

        public int MaximumAutomaticRedirections => 0;

        public int MaximumResponseHeadersLength { get; set; } = MaxHeaderCharacters;

        public int ReadWriteTimeout { get; set; } = 300000;

        public string Accept { get; set; }

        public string Expect { get; set; }

        public string Referer { get; set; }

        public string TransferEncoding { get; set; }

        public string UserAgent { get; set; }

        public override Stream GetRequestStream() => _body;

        public override WebResponse GetResponse()
        {
            BoardHost.Current.ThrowIfStopped();
            var headers = new List<KeyValuePair<string, string>>(Headers.Items);
            void Put(string name, string value)
            {
                if (value != null)
                {
                    headers.Add(new KeyValuePair<string, string>(name, value));
                }
            }

            Put("Accept", Accept);
            Put("User-Agent", UserAgent);
            Put("Referer", Referer);
            Put("Content-Type", ContentType);
            Put("Connection", KeepAlive ? null : "Close");
            try
            {
                HttpExchange exchange = BoardHost.Current.Network.Send(new HttpExchangeRequest
                {
                    Method = Method,
                    Url = RequestUri.AbsoluteUri,
                    Headers = headers,
                    Body = _body.Length == 0 ? null : _body.ToArray(),
                    CaPem = SslVerification == SslVerification.NoVerification || HttpsAuthentCert == null ? null : HttpsAuthentCert.Pem,
                    TimeoutMilliseconds = Timeout,
                    ReadTimeoutMilliseconds = ReadWriteTimeout,
                });
                HaveResponse = true;
                return new HttpWebResponse(this, exchange);
            }
            catch (IOException exception)
            {
                throw new WebException(exception.Message, exception, WebExceptionStatus.ConnectFailure, null);
            }
        }

        public void AddRange(int from, int to) => AddRange("bytes", from, to);

        public void AddRange(int range) => AddRange("bytes", range);

        public void AddRange(string rangeSpecifier, int from, int to) => Headers.Set("Range", rangeSpecifier + "=" + from + "-" + to);

        public void AddRange(string rangeSpecifier, int range) => Headers.Set("Range", rangeSpecifier + "=" + range + (range < 0 ? string.Empty : "-"));

        public void Reset() => Headers = new WebHeaderCollection();

        protected override void Dispose(bool disposing) => _body.Dispose();
    }

    /// <summary>An HTTP answer.</summary>
    public class HttpWebResponse : WebResponse
    {
        private readonly HttpExchange _exchange;
        private readonly HttpWebRequest _request;
        private readonly Stream _stream;

        internal HttpWebResponse(HttpWebRequest request, HttpExchange exchange)
        {
            _request = request;
            _exchange = exchange;
            Headers = new WebHeaderCollection();
            int characters = exchange.StatusDescription.Length + 15;
            string overflow = string.Empty;
            foreach (KeyValuePair<string, string> header in exchange.Headers)
            {
                characters += header.Key.Length + header.Value.Length + 4;
                if (characters <= request.MaximumResponseHeadersLength)
                {
                    Headers.Add(header.Key, header.Value);
                }
                else
                {
                    overflow += header.Key + ": " + header.Value + "\r\n";
                }
            }

            ContentLength = Headers["Content-Length"] == null && overflow.Length > 0 ? -1 : exchange.ContentLength;
            ContentType = Headers["Content-Type"];
            _stream = overflow.Length == 0 ? exchange.Body : new PrefixedStream(NetText.GetBytes(overflow + "\r\n"), exchange.Body);
        }

        public HttpStatusCode StatusCode => (HttpStatusCode)_exchange.Status;

        public string StatusDescription => _exchange.StatusDescription;

        public override Uri ResponseUri => _request.RequestUri;

        public override WebHeaderCollection Headers { get; }

        public override long ContentLength { get; set; }

        public override string ContentType { get; set; }

        public DateTime LastModified => DateTime.MinValue;

        public Version ProtocolVersion => new Version(1, 1);

        public string ContentEncoding => Headers["Content-Encoding"];

        public string Method => _request.Method;

        public string Server => Headers["Server"];

        public string GetResponseHeader(string headerName) => Headers[headerName] ?? string.Empty;

        public override Stream GetResponseStream() => _stream;

        public override void Close() => _exchange.Dispose();
    }

    /// <summary>Bytes before a stream.</summary>
    internal sealed class PrefixedStream : Stream
    {
        private readonly MemoryStream _prefix;
        private readonly Stream _rest;

        public PrefixedStream(byte[] prefix, Stream rest)
        {
            _prefix = new MemoryStream(prefix);
            _rest = rest;
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = _prefix.Read(buffer, offset, count);
            return read > 0 ? read : _rest.Read(buffer, offset, count);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
