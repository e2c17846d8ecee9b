using System;

namespace NanoIoT.Device.Security
{
    /// <summary>
    /// ECDSA signature verification on NIST P-256 (FIPS 186-5), in managed code, because the board's class library has
    /// none. Jacobian coordinates, both scalars at once (Shamir's trick).
    /// </summary>
    public static class EcdsaP256
    {
        /// <summary>Verifies a signature over a digest.</summary>
        /// <param name="publicKey">The point as X9.62 writes it uncompressed: 04, x, y (65 bytes).</param>
        /// <param name="digest">SHA-256 of what was signed, 32 bytes.</param>
        /// <param name="signature">r and s, 32 bytes each (IEEE P1363).</param>
        /// <returns>True where the signature is the key's.</returns>
        public static bool Verify(byte[] publicKey, byte[] digest, byte[] signature)
        {
            if (publicKey.Length != 65 || publicKey[0] != 4 || digest.Length != 32 || signature.Length != 64)
            {
                return false;
            }

            // Made for each call and left to the collector: a verification is rare, and idle RAM is dear.
            var curve = new P256Curve();
            uint[] x = ModularField.Read(publicKey, 1);
            uint[] y = ModularField.Read(publicKey, 33);
            uint[] r = ModularField.Read(signature, 0);
            uint[] s = ModularField.Read(signature, 32);
            uint[] e = ModularField.Read(digest, 0);
            ModularField n = curve.Order;
            if (!IsInRange(r, n) || !IsInRange(s, n) || !ModularField.IsLess(x, curve.Prime.Modulus) || !ModularField.IsLess(y, curve.Prime.Modulus))
            {
                return false;
            }

            uint[] keyX = curve.Prime.ToMontgomery(x);
            uint[] keyY = curve.Prime.ToMontgomery(y);
            if (!curve.Contains(keyX, keyY))
            {
                return false;
            }

            uint[] inverse = n.Invert(n.ToMontgomery(s));
            var u1 = new uint[8];
            var u2 = new uint[8];

            // Montgomery form times plain form gives plain form.
            n.Multiply(inverse, Reduce(e, n), u1);
            n.Multiply(inverse, r, u2);
            return curve.XEquals(curve.MultiplyAdd(u1, u2, keyX, keyY), r);
        }

        private static bool IsInRange(uint[] value, ModularField order) =>
            !ModularField.IsZero(value) && ModularField.IsLess(value, order.Modulus);

        private static uint[] Reduce(uint[] value, ModularField order)
        {
            if (ModularField.IsLess(value, order.Modulus))
            {
                return value;
            }

            // A digest is lower than twice the order, so one subtraction is enough.
            var result = new uint[8];
            order.Subtract(value, order.Modulus, result);
            return result;
        }
    }
}
