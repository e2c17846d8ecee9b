extern alias nano;

using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using NanoIoT.Emulator.Hosting;
using SslProtocols = nano::System.Net.Security.SslProtocols;
using SslVerification = nano::System.Net.Security.SslVerification;
using X509Certificate = nano::System.Security.Cryptography.X509Certificates.X509Certificate;

namespace System.Net
{
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
}
