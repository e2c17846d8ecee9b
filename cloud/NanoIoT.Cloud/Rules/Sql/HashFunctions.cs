using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static NanoIoT.Cloud.Rules.Sql.SqlFunctions;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>Digests of strings in UTF-8, as hexadecimal digits.</summary>
internal static class HashFunctions
{
    private const string Group = "digests";

    /// <summary>The permutation of MD2 (RFC 1319), made of the digits of pi.</summary>
    private static readonly byte[] s_md2 = Convert.FromHexString(
        "292E43C9A2D87C013D3654A1ECF0061362A705F3C0C7738C98932BD9BC4C82CA1E9B573CFDD4E01667426F188A17E512BE4EC4D6DA9EDE49A0FBF58EBB2FEE7A"
        + "A968799115B2073F94C210890B225F21807F5D9A5A903227353ECCE7BFF79703FF1930B348A5B5D1D75E922AAC56AAC64FB838D296A47DB676FC6BE29C7404F1"
        + "459D705964718720865BCF65E62DA8021B6025ADAEB0B9F61C46616934407E0F5547A323DD51AF3AC35CF9CEBAC5EA262C530D6E85288409D3DFCDF441814D52"
        + "6ADC37C86CC1ABFA24E17B080CBDB14A7888958BE363E86DE9CBD5FE3B001D39F2EFB70E6658D0E4A67772F8EB754B0A314450B48FED1F1ADB998D339F118314");

    private static readonly uint[] s_rounds = CreateRounds();

    public static IEnumerable<SqlFunction> All =>
    [
#pragma warning disable CA5350, CA5351 // The digests are asked for by name; nothing is secured by them.
        Define("md2", 1, 1, Group, Digest(Md2)),
        Define("md5", 1, 1, Group, Digest(data => MD5.HashData(data))),
        Define("sha1", 1, 1, Group, Digest(data => SHA1.HashData(data))),
#pragma warning restore CA5350, CA5351
        Define("sha224", 1, 1, Group, Digest(Sha224)),
        Define("sha256", 1, 1, Group, Digest(data => SHA256.HashData(data))),
        Define("sha384", 1, 1, Group, Digest(data => SHA384.HashData(data))),
        Define("sha512", 1, 1, Group, Digest(data => SHA512.HashData(data))),
    ];

    private static Func<SqlCallSite, SqlEvaluator> Digest(Func<byte[], byte[]> digest) => Unary(value =>
        value.ToText() is string text ? SqlValue.Of(Convert.ToHexStringLower(digest(Encoding.UTF8.GetBytes(text)))) : SqlValue.Undefined);

    private static byte[] Md2(byte[] data)
    {
        const int block = 16;
        int pad = block - (data.Length % block);
        var message = new byte[data.Length + pad + block];
        data.CopyTo(message, 0);
        message.AsSpan(data.Length, pad).Fill((byte)pad);
        Span<byte> checksum = message.AsSpan(data.Length + pad);
        byte last = 0;
        for (int i = 0; i < data.Length + pad; i += block)
        {
            for (int j = 0; j < block; j++)
            {
                last = checksum[j] ^= s_md2[message[i + j] ^ last];
            }
        }

        const int state = 3 * block;
        const int rounds = 18;
        var x = new byte[state];
        for (int i = 0; i < message.Length; i += block)
        {
            for (int j = 0; j < block; j++)
            {
                x[block + j] = message[i + j];
                x[(2 * block) + j] = (byte)(x[block + j] ^ x[j]);
            }

            byte t = 0;
            for (int j = 0; j < rounds; j++)
            {
                for (int k = 0; k < state; k++)
                {
                    t = x[k] ^= s_md2[t];
                }

                t = (byte)(t + j);
            }
        }

        return x[..block];
    }

    /// <summary>SHA-224 (FIPS 180-4): it is SHA-256 with another beginning, and .NET's beginning cannot be set.</summary>
    private static byte[] Sha224(byte[] data)
    {
        const int block = 64;
        const int words = 64;
        int length = ((data.Length + 8) / block * block) + block;
        var message = new byte[length];
        data.CopyTo(message, 0);
        message[data.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(length - 8), (ulong)data.Length * 8);
        uint[] hash = [0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4];
        var w = new uint[words];
        for (int at = 0; at < length; at += block)
        {
            for (int i = 0; i < 16; i++)
            {
                w[i] = BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(at + (i * 4)));
            }

            for (int i = 16; i < words; i++)
            {
                uint s0 = uint.RotateRight(w[i - 15], 7) ^ uint.RotateRight(w[i - 15], 18) ^ (w[i - 15] >> 3);
                uint s1 = uint.RotateRight(w[i - 2], 17) ^ uint.RotateRight(w[i - 2], 19) ^ (w[i - 2] >> 10);
                w[i] = w[i - 16] + s0 + w[i - 7] + s1;
            }

            (uint a, uint b, uint c, uint d, uint e, uint f, uint g, uint h) = (hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]);
            for (int i = 0; i < words; i++)
            {
                uint s1 = uint.RotateRight(e, 6) ^ uint.RotateRight(e, 11) ^ uint.RotateRight(e, 25);
                uint t1 = h + s1 + ((e & f) ^ (~e & g)) + s_rounds[i] + w[i];
                uint s0 = uint.RotateRight(a, 2) ^ uint.RotateRight(a, 13) ^ uint.RotateRight(a, 22);
                uint t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
                (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
            }

            uint[] round = [a, b, c, d, e, f, g, h];
            for (int i = 0; i < hash.Length; i++)
            {
                hash[i] += round[i];
            }
        }

        var digest = new byte[28];
        for (int i = 0; i < 7; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(i * 4), hash[i]);
        }

        return digest;
    }

    /// <summary>The first 32 bits behind the point of the cube roots of the first 64 primes.</summary>
    private static uint[] CreateRounds()
    {
        const int count = 64;
        var rounds = new uint[count];
        int found = 0;
        for (int candidate = 2; found < count; candidate++)
        {
            bool isPrime = true;
            for (int divisor = 2; divisor * divisor <= candidate; divisor++)
            {
                isPrime &= candidate % divisor != 0;
            }

            if (isPrime)
            {
                double root = Math.Cbrt(candidate);
                rounds[found++] = (uint)((root - Math.Floor(root)) * 4294967296.0);
            }
        }

        return rounds;
    }
}
