using System;
using NanoIoT.Device.Security;

namespace NanoIoT.Device.Provisioning
{
    /// <summary>
    /// A P-256 key made on the board, and its signatures (FIPS 186-5). It computes with the curve that verifies firmware,
    /// which does not take constant time: a key is made and used once, before anybody can measure it often.
    /// </summary>
    internal sealed class KeyPair
    {
        private readonly EntropyPool _random;
        private readonly byte[] _privateKey;

        private KeyPair(EntropyPool random, byte[] privateKey, byte[] publicKey)
        {
            _random = random;
            _privateKey = privateKey;
            PublicKey = publicKey;
        }

        /// <summary>The point as X9.62 writes it uncompressed: 04, x, y.</summary>
        public readonly byte[] PublicKey;

        /// <summary>Makes a key.</summary>
        public static KeyPair Create(EntropyPool random)
        {
            byte[] secret = NextScalar(random);
            byte[] point = MultiplyBase(P256Scalar.Read(secret, 0));
            return new KeyPair(random, secret, point);
        }

        /// <summary>Signs a digest.</summary>
        /// <param name="digest">SHA-256 of what is signed.</param>
        /// <returns>r and s, 32 bytes each.</returns>
        public byte[] Sign(byte[] digest)
        {
            uint[] d = P256Scalar.Read(_privateKey, 0);
            uint[] z = P256Scalar.ReadReduced(digest, 0);
            while (true)
            {
                uint[] k = P256Scalar.Read(NextScalar(_random), 0);
                uint[] r = P256Scalar.ReadReduced(MultiplyBase(k), 1);
                if (!P256Scalar.IsInRange(r))
                {
                    continue;
                }

                // s = (z + r d) / k
                uint[] sum = P256Scalar.Multiply(r, d);
                P256Scalar.AddModulo(sum, z);
                uint[] s = P256Scalar.Multiply(P256Scalar.Invert(k), sum);
                if (!P256Scalar.IsInRange(s))
                {
                    continue;
                }

                var signature = new byte[64];
                Write(r, signature, 0);
                Write(s, signature, 32);
                return signature;
            }
        }

        /// <summary>The key as PEM (SEC 1, "EC PRIVATE KEY"), which mbedTLS reads.</summary>
        public string ToPem()
        {
            byte[] body = Der.Join(
                Der.Make(0x02, new byte[] { 1 }),
                Der.Make(0x04, _privateKey),
                Der.Make(0xa0, Der.CurveName()),
                Der.Make(0xa1, Der.BitString(PublicKey)));
            return Der.ToPem("EC PRIVATE KEY", Der.Make(0x30, body));
        }

        private static byte[] NextScalar(EntropyPool random)
        {
            while (true)
            {
                byte[] bytes = random.Next();
                if (P256Scalar.IsInRange(P256Scalar.Read(bytes, 0)))
                {
                    return bytes;
                }
            }
        }

        private static byte[] MultiplyBase(uint[] k)
        {
            int[] table = P256Curve.OddMultiplesOfBase();
            var x = new int[P256Field.Limbs];
            var y = new int[P256Field.Limbs];
            Array.Copy(table, 0, x, 0, P256Field.Limbs);
            Array.Copy(table, P256Field.Limbs, y, 0, P256Field.Limbs);
            P256Point point = P256Curve.MultiplyAdd(k, new uint[8], x, y, new P256Workspace());

            // x = X / Z², y = Y / Z³
            int[] inverse = Invert(point._z);
            int[] square = new int[P256Field.Limbs];
            P256Field.Multiply(inverse, inverse, square);
            P256Field.Multiply(point._x, square, x);
            P256Field.Multiply(square, inverse, square);
            P256Field.Multiply(point._y, square, y);
            var bytes = new byte[65];
            bytes[0] = 4;
            WriteField(x, bytes, 1);
            WriteField(y, bytes, 33);
            return bytes;
        }

        /// <summary>1 / a, as a to the power of p - 2 (Fermat).</summary>
        private static int[] Invert(int[] a)
        {
            int[] result = P256Field.One();
            for (int bit = 255; bit >= 0; bit--)
            {
                P256Field.Multiply(result, result, result);

                // p - 2 ends in …11111101; above its lowest limb it is p.
                int limb = P256Field.s_constants[bit / 28] - (bit < 28 ? 2 : 0);
                if (((limb >> (bit % 28)) & 1) != 0)
                {
                    P256Field.Multiply(result, a, result);
                }
            }

            return result;
        }

        private static void WriteField(int[] a, byte[] bytes, int offset)
        {
            var one = new int[P256Field.Limbs];
            one[0] = 1;
            var plain = new int[P256Field.Limbs];
            P256Field.Multiply(a, one, plain);

            // From -p/4 … 5p/4 to 0 … p - 1.
            P256Field.Add(plain, P256Field.s_constants, plain);
            P256Field.Carry(plain);
            while (!IsBelowPrime(plain))
            {
                P256Field.Subtract(plain, P256Field.s_constants, plain);
                P256Field.Carry(plain);
            }

            for (int i = 0; i < 64; i++)
            {
                int nibble = (plain[i / 7] >> (4 * (i % 7))) & 15;
                bytes[offset + 31 - (i / 2)] |= (byte)(nibble << (4 * (i % 2)));
            }
        }

        private static bool IsBelowPrime(int[] a)
        {
            for (int i = P256Field.Limbs - 1; i >= 0; i--)
            {
                if (a[i] != P256Field.s_constants[i])
                {
                    return a[i] < P256Field.s_constants[i];
                }
            }

            return false;
        }

        private static void Write(uint[] value, byte[] bytes, int offset)
        {
            for (int i = 0; i < 32; i++)
            {
                bytes[offset + 31 - i] = (byte)(value[i / 4] >> (8 * (i % 4)));
            }
        }
    }
}
