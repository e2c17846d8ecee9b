using System;

namespace NanoIoT.Device.Provisioning
{
    /// <summary>The little of ASN.1's DER that keys and signing requests need.</summary>
    internal static class Der
    {
        /// <summary>A value with its tag and length.</summary>
        public static byte[] Make(byte tag, byte[] content)
        {
            int head = content.Length < 128 ? 2 : content.Length < 256 ? 3 : 4;
            var result = new byte[head + content.Length];
            result[0] = tag;
            if (head == 2)
            {
                result[1] = (byte)content.Length;
            }
            else
            {
                result[1] = (byte)(0x80 + head - 2);
                result[head - 1] = (byte)content.Length;
                if (head == 4)
                {
                    result[2] = (byte)(content.Length >> 8);
                }
            }

            Array.Copy(content, 0, result, head, content.Length);
            return result;
        }

        /// <summary>Values one after the other.</summary>
        public static byte[] Join(params byte[][] parts)
        {
            int length = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                length += parts[i].Length;
            }

            var result = new byte[length];
            length = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                Array.Copy(parts[i], 0, result, length, parts[i].Length);
                length += parts[i].Length;
            }

            return result;
        }

        /// <summary>A string of whole bytes as a bit string.</summary>
        public static byte[] BitString(byte[] bytes) => Make(0x03, Join(new byte[1], bytes));

        /// <summary>The object identifier of P-256 (1.2.840.10045.3.1.7).</summary>
        public static byte[] CurveName() => new byte[] { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };

        /// <summary>An unsigned number of 32 bytes.</summary>
        public static byte[] Unsigned(byte[] bytes, int offset)
        {
            int from = 0;
            while (from < 31 && bytes[offset + from] == 0)
            {
                from++;
            }

            int pad = bytes[offset + from] >= 0x80 ? 1 : 0;
            var content = new byte[32 - from + pad];
            Array.Copy(bytes, offset + from, content, pad, 32 - from);
            return Make(0x02, content);
        }

        /// <summary>DER as PEM.</summary>
        public static string ToPem(string label, byte[] der)
        {
            string base64 = Convert.ToBase64String(der);
            string text = "-----BEGIN " + label + "-----\n";
            for (int i = 0; i < base64.Length; i += 64)
            {
                text += base64.Substring(i, base64.Length - i < 64 ? base64.Length - i : 64) + "\n";
            }

            return text + "-----END " + label + "-----\n";
        }
    }
}
