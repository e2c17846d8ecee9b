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
}
