using System.Text;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Device.Shadow
{
    /// <summary>What an agent needs of a shadow message: what is desired, and the time it was answered.</summary>
    internal sealed class ShadowDocument
    {
        private const int MaxDepth = 16;

        /// <summary>The JSON of <c>state.desired</c> of a get, or of <c>state</c> of a delta; null where there is none.</summary>
        public string? Desired;

        /// <summary>When the service answered, Unix seconds; 0 where it does not say.</summary>
        public long Timestamp;

        /// <summary>Reads a message.</summary>
        /// <exception cref="JsonFormatException">It is no shadow message.</exception>
        public void Read(byte[] payload, bool isDelta)
        {
            var json = new JsonReader(payload, 0, payload.Length, MaxDepth);
            json.ReadStartObject();
            while (json.ReadName())
            {
                if (json.ValueEquals("timestamp"))
                {
                    Timestamp = json.ReadInt64(0, Contract.MaxUnixSeconds);
                }
                else if (!json.ValueEquals("state"))
                {
                    json.Skip();
                }
                else if (isDelta)
                {
                    Desired = Value(json, payload);
                }
                else
                {
                    json.ReadStartObject();
                    while (json.ReadName())
                    {
                        if (json.ValueEquals(Fields.Desired))
                        {
                            Desired = Value(json, payload);
                        }
                        else
                        {
                            json.Skip();
                        }
                    }
                }
            }
        }

        private static string Value(JsonReader json, byte[] payload)
        {
            json.Read();
            int start = json.TokenStart;
            json.Skip();
            return Encoding.UTF8.GetString(payload, start, json.Position - start);
        }
    }
}
