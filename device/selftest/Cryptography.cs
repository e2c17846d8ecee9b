using System;
using System.Text;
using NanoIoT.Device.Security;
using NanoIoT.Shared;

namespace SelfTest
{
    /// <summary>SHA-256 (FIPS 180-4's examples) and ECDSA P-256: valid, invalid, and the edges between.</summary>
    internal static class Cryptography
    {
        private const string Order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
        private const string Zero = "0000000000000000000000000000000000000000000000000000000000000000";
        private const string Ones = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
        private const string Key = "04d96a554225bcdc31021f8fac45901d7e7d3412110e248bea9206fc36f50ada8e9934f5728193e9162e34fa216f56dd6a25f1605787c175a5d9cdc9cd786242e3";
        private const string Digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        private const string R = "3133bb793f9180bf12e0fefa1e8d99a5f0dd92647a5a75615615ee5d09d05017";
        private const string S = "a6daec3ec89689a3f93b71c3398e850221f176184611caf81542dfe9f5bab1ef";

        public static void Run(Results results)
        {
            results.Check("sha256 of nothing", Sha(string.Empty) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
            results.Check("sha256 of abc", Sha("abc") == Digest);
            results.Check("sha256 of 56 bytes", Sha("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
            results.Check("signature valid", Verify(Key, Digest, R + S));
            results.Check("signature over a digest of ones", Verify(Key, Ones, "67cb4318e17c2b8d8b7bb6f525995ae36f2dd38cea8b33dd3b3497674684430b6bde6f7566eaa53589761e2a74c5c07ca9d52f16733a613a0f97e40ac28823fc"));
            results.Check("signature over a digest of zeros", Verify(Key, Zero, "0fd212bdc92614894ec26405da0eac24d3cb69eceb53317f5877964cc03f2dbb297ddd8c9f5dc971afa84a9f09ae3699981f0ac18ce29fd780d9fad4bec85cfb"));

            // Wycheproof, "k*G has a large x-coordinate": x is r and the order.
            results.Check(
                "signature whose point's x exceeds the order",
                Verify(
                    "040ad99500288d466940031d72a9f5445a4d43784640855bf0a69874d2de5fe103c5011e6ef2c42dcd50d5d3d29f99ae6eba2c80c9244f4c5422f0979ff0c3ba5e",
                    "bb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023",
                    "000000000000000000000000000000004319055358e8617b0c46353d039cdaabffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254e"));
            results.Check("signature over another digest", !Verify(Key, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ac", R + S));
            results.Check("signature of r and s exchanged", !Verify(Key, Digest, S + R));
            results.Check("r zero", !Verify(Key, Digest, Zero + S));
            results.Check("s zero", !Verify(Key, Digest, R + Zero));
            results.Check("r the order", !Verify(Key, Digest, Order + S));
            results.Check("s the order", !Verify(Key, Digest, R + Order));
            results.Check("r all high bits", !Verify(Key, Digest, Ones + S));
            results.Check("s all high bits", !Verify(Key, Digest, R + Ones));
            results.Check("signature cut short", !Verify(Key, Digest, R + S.Substring(2)));
            results.Check("key not on the curve", !Verify("04" + Zero.Substring(1) + "1" + Zero.Substring(1) + "1", Digest, R + S));
            results.Check("key at infinity", !Verify("04" + Zero + Zero, Digest, R + S));
            results.Check("key beyond the prime", !Verify("04" + Ones + Key.Substring(66), Digest, R + S));
            results.Check("key compressed", !Verify("02" + Key.Substring(2), Digest, R + S));
        }

        private static string Sha(string text) => Hex.Encode(Sha256.Hash(Encoding.UTF8.GetBytes(text)));

        private static bool Verify(string key, string digest, string signature) => EcdsaP256.Verify(Hex.Decode(key)!, Hex.Decode(digest)!, Hex.Decode(signature)!);
    }
}
