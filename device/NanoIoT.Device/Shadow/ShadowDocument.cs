using System.Text;
using NanoIoT.Shared.Json;

namespace NanoIoT.Device.Shadow
{
    /// <summary>What an agent needs of a shadow message: where desired stands in it.</summary>
    internal static class ShadowDocument
    {
        private const int MaxDepth = 16;

        /// <summary>The JSON of <c>state.desired</c> of a get, or of <c>state</c> of a delta; null where there is none.</summary>
        public static string? FindDesired(byte[] payload, bool isDelta)
        {
            var json = new JsonReader(payload, 0, payload.Length, MaxDepth);
            json.ReadStartObject();
            while (json.ReadName())
            {
                if (!json.ValueEquals("state"))
                {
                    json.Skip();
                    continue;
                }

                if (isDelta)
                {
                    return Value(json, payload);
                }

                json.ReadStartObject();
                while (json.ReadName())
                {
                    if (json.ValueEquals("desired"))
                    {
                        return Value(json, payload);
                    }

                    json.Skip();
                }
            }

            return null;
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
