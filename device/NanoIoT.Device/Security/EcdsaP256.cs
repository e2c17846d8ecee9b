namespace NanoIoT.Device.Security
{
    /// <summary>
    /// ECDSA signature verification on NIST P-256 (FIPS 186-5), in managed code, because the board's class library has
    /// none. <c>tests/benchmarks</c> counts its IL instructions.
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

            int[]? x = P256Field.Read(publicKey, 1);
            int[]? y = P256Field.Read(publicKey, 33);
            uint[] r = P256Scalar.Read(signature, 0);
            uint[] s = P256Scalar.Read(signature, 32);
            if (x == null || y == null || !P256Curve.Contains(x, y) || !P256Scalar.IsInRange(r) || !P256Scalar.IsInRange(s))
            {
                return false;
            }

            uint[] inverse = P256Scalar.Invert(s);
            uint[] u1 = P256Scalar.Multiply(inverse, P256Scalar.ReadReduced(digest, 0));
            uint[] u2 = P256Scalar.Multiply(inverse, r);
            var space = new P256Workspace();
            P256Point point = P256Curve.MultiplyAdd(u1, u2, x, y, space);

            // r is x modulo the order, which is below p: x is r, or, once in 2^128, r and the order.
            byte[]? other = P256Scalar.PlusOrder(r);
            return HasX(point, signature, space) || (other != null && HasX(point, other, space));
        }

        private static bool HasX(P256Point point, byte[] bytes, P256Workspace space)
        {
            int[]? x = P256Field.Read(bytes, 0);
            return x != null && point.HasX(x, space);
        }
    }
}
