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
}
