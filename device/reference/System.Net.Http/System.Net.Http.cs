// Signatures of System.Net.Http 1.0.0.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("1.0.0.0")]

namespace System
{
    public class Uri
    {
        public System.UriHostNameType HostNameType { get => throw null; }
        public bool IsAbsoluteUri { get => throw null; }
        public bool IsFile { get => throw null; }
        public bool IsLoopback { get => throw null; }
        public bool IsUnc { get => throw null; }
        public Uri(System.Uri baseUri, string relativeUri = null) => throw null;
        public Uri(string uriString) => throw null;
        public Uri(string uriString, System.UriKind kind) => throw null;
        public int Port { get => throw null; }
        public override bool Equals(object o) => throw null;
        public override int GetHashCode() => throw null;
        public static bool IsWellFormedUriString(string uriString, System.UriKind uriKind) => throw null;
        public static bool operator ==(System.Uri lhs, System.Uri rhs) => throw null;
        public static bool operator !=(System.Uri lhs, System.Uri rhs) => throw null;
        public string AbsolutePath { get => throw null; }
        public string AbsoluteUri { get => throw null; }
        public string Fragment { get => throw null; }
        public string Host { get => throw null; }
        public string OriginalString { get => throw null; }
        public string PathAndQuery { get => throw null; }
        public string Query { get => throw null; }
        public string Scheme { get => throw null; }
        public string UserInfo { get => throw null; }
        public string[] Segments { get => throw null; }
    }

    public enum UriHostNameType : int
    {
        Unknown = 0,
        Basic = 1,
        Dns = 2,
        IPv4 = 3,
        IPv6 = 4,
    }

    public enum UriKind : int
    {
        RelativeOrAbsolute = 0,
        Absolute = 1,
        Relative = 2,
    }
}

namespace System.Net
{
    public enum HttpStatusCode : int
    {
        Continue = 100,
        SwitchingProtocols = 101,
        OK = 200,
        Created = 201,
        Accepted = 202,
        NonAuthoritativeInformation = 203,
        NoContent = 204,
        ResetContent = 205,
        PartialContent = 206,
        MultipleChoices = 300,
        Ambiguous = 300,
        MovedPermanently = 301,
        Moved = 301,
        Found = 302,
        Redirect = 302,
        SeeOther = 303,
        RedirectMethod = 303,
        NotModified = 304,
        UseProxy = 305,
        Unused = 306,
        TemporaryRedirect = 307,
        RedirectKeepVerb = 307,
        BadRequest = 400,
        Unauthorized = 401,
        PaymentRequired = 402,
        Forbidden = 403,
        NotFound = 404,
        MethodNotAllowed = 405,
        NotAcceptable = 406,
        ProxyAuthenticationRequired = 407,
        RequestTimeout = 408,
        Conflict = 409,
        Gone = 410,
        LengthRequired = 411,
        PreconditionFailed = 412,
        RequestEntityTooLarge = 413,
        RequestUriTooLong = 414,
        UnsupportedMediaType = 415,
        RequestedRangeNotSatisfiable = 416,
        ExpectationFailed = 417,
        InternalServerError = 500,
        NotImplemented = 501,
        BadGateway = 502,
        ServiceUnavailable = 503,
        GatewayTimeout = 504,
        HttpVersionNotSupported = 505,
    }

    public class HttpWebRequest : System.Net.WebRequest
    {
        public System.DateTime IfModifiedSince { get => throw null; }
        public System.Net.Security.SslProtocols SslProtocols { get => throw null; set => throw null; }
        public System.Net.Security.SslVerification SslVerification { get => throw null; set => throw null; }
        public System.Security.Cryptography.X509Certificates.X509Certificate HttpsAuthentCert { get => throw null; set => throw null; }
        public System.Uri Address { get => throw null; }
        public System.Version ProtocolVersion { get => throw null; set => throw null; }
        public bool AllowAutoRedirect { get => throw null; }
        public bool AllowWriteStreamBuffering { get => throw null; set => throw null; }
        public bool HaveResponse { get => throw null; }
        public bool KeepAlive { get => throw null; set => throw null; }
        public bool SendChunked { get => throw null; set => throw null; }
        public int MaximumAutomaticRedirections { get => throw null; }
        public int MaximumResponseHeadersLength { get => throw null; set => throw null; }
        public int ReadWriteTimeout { get => throw null; set => throw null; }
        public override System.IO.Stream GetRequestStream() => throw null;
        public override System.Net.WebHeaderCollection Headers { get => throw null; set => throw null; }
        public override System.Net.WebResponse GetResponse() => throw null;
        public override System.Uri RequestUri { get => throw null; }
        public override int Timeout { get => throw null; set => throw null; }
        public override long ContentLength { get => throw null; set => throw null; }
        public override string ContentType { get => throw null; set => throw null; }
        public override string Method { get => throw null; set => throw null; }
        protected override void Dispose(bool disposing) => throw null;
        public static int DefaultMaximumResponseHeadersLength { get => throw null; set => throw null; }
        public string Accept { get => throw null; set => throw null; }
        public string Expect { get => throw null; set => throw null; }
        public string Referer { get => throw null; set => throw null; }
        public string TransferEncoding { get => throw null; set => throw null; }
        public string UserAgent { get => throw null; set => throw null; }
        public void AddRange(int from, int to) => throw null;
        public void AddRange(int range) => throw null;
        public void AddRange(string rangeSpecifier, int from, int to) => throw null;
        public void AddRange(string rangeSpecifier, int range) => throw null;
        public void Reset() => throw null;
        internal HttpWebRequest() => throw null;
    }

    public class HttpWebResponse : System.Net.WebResponse
    {
        public System.DateTime LastModified { get => throw null; }
        public System.Net.HttpStatusCode StatusCode { get => throw null; }
        public System.Version ProtocolVersion { get => throw null; }
        public override System.IO.Stream GetResponseStream() => throw null;
        public override System.Net.WebHeaderCollection Headers { get => throw null; }
        public override System.Uri ResponseUri { get => throw null; }
        public override long ContentLength { get => throw null; }
        public override string ContentType { get => throw null; }
        public override void Close() => throw null;
        protected override void Dispose(bool disposing) => throw null;
        public string ContentEncoding { get => throw null; }
        public string GetResponseHeader(string headerName) => throw null;
        public string Method { get => throw null; }
        public string Server { get => throw null; }
        public string StatusDescription { get => throw null; }
        internal HttpWebResponse() => throw null;
    }

    public class WebException : System.InvalidOperationException
    {
        public System.Net.WebExceptionStatus Status { get => throw null; }
        public System.Net.WebResponse Response { get => throw null; }
        public WebException() => throw null;
        public WebException(string message) => throw null;
        public WebException(string message, System.Exception inner, System.Net.WebExceptionStatus status, System.Net.WebResponse response) => throw null;
        public WebException(string message, System.Exception innerException) => throw null;
        public WebException(string message, System.Net.WebExceptionStatus status) => throw null;
    }

    public enum WebExceptionStatus : int
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

    public class WebHeaderCollection
    {
        public byte[] ToByteArray() => throw null;
        public WebHeaderCollection() => throw null;
        public int Count { get => throw null; }
        public override string ToString() => throw null;
        public static bool IsRestricted(string headerName) => throw null;
        public string this[string header] { get => throw null; }
        public string[] AllKeys { get => throw null; }
        public string[] GetValues(string header) => throw null;
        public void Add(string header) => throw null;
        public void Add(string name, string value) => throw null;
        public void Remove(string name) => throw null;
        public void Set(string name, string value) => throw null;
    }

    public abstract class WebRequest : System.MarshalByRefObject, System.IDisposable
    {
        protected WebRequest() => throw null;
        protected virtual void Dispose(bool disposing) => throw null;
        public static System.Net.WebRequest Create(System.Uri requestUri) => throw null;
        public static System.Net.WebRequest Create(string requestUriString) => throw null;
        public static void Initialize() => throw null;
        public virtual System.IO.Stream GetRequestStream() => throw null;
        public virtual System.Net.WebHeaderCollection Headers { get => throw null; set => throw null; }
        public virtual System.Net.WebResponse GetResponse() => throw null;
        public virtual System.Uri RequestUri { get => throw null; }
        public virtual int Timeout { get => throw null; set => throw null; }
        public virtual long ContentLength { get => throw null; set => throw null; }
        public virtual string ConnectionGroupName { get => throw null; set => throw null; }
        public virtual string ContentType { get => throw null; set => throw null; }
        public virtual string Method { get => throw null; set => throw null; }
        public void Dispose() => throw null;
    }

    public abstract class WebResponse : System.MarshalByRefObject, System.IDisposable
    {
        protected WebResponse() => throw null;
        protected virtual void Dispose(bool disposing) => throw null;
        public virtual System.IO.Stream GetResponseStream() => throw null;
        public virtual System.Net.WebHeaderCollection Headers { get => throw null; }
        public virtual System.Uri ResponseUri { get => throw null; }
        public virtual long ContentLength { get => throw null; set => throw null; }
        public virtual string ContentType { get => throw null; set => throw null; }
        public virtual void Close() => throw null;
        public void Dispose() => throw null;
    }
}
