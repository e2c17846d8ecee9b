using System;

namespace NanoIoT.Device.Security
{
    /// <summary>Points of NIST P-256 in Jacobian coordinates {X, Y, Z}; Z zero is the point at infinity.</summary>
    internal sealed class P256Curve
    {
        private readonly uint[] _b;
        private readonly uint[] _baseX;
        private readonly uint[] _baseY;
        private readonly uint[] _t1 = new uint[8];
        private readonly uint[] _t2 = new uint[8];
        private readonly uint[] _t3 = new uint[8];
        private readonly uint[] _t4 = new uint[8];
        private readonly uint[] _t5 = new uint[8];

        public P256Curve()
        {
            Prime = new ModularField(new uint[] { 0xffffffff, 0xffffffff, 0xffffffff, 0, 0, 0, 1, 0xffffffff });
            Order = new ModularField(new uint[] { 0xfc632551, 0xf3b9cac2, 0xa7179e84, 0xbce6faad, 0xffffffff, 0xffffffff, 0, 0xffffffff });
            _b = Prime.ToMontgomery(new uint[] { 0x27d2604b, 0x3bce3c3e, 0xcc53b0f6, 0x651d06b0, 0x769886bc, 0xb3ebbd55, 0xaa3a93e7, 0x5ac635d8 });
            _baseX = Prime.ToMontgomery(new uint[] { 0xd898c296, 0xf4a13945, 0x2deb33a0, 0x77037d81, 0x63a440f2, 0xf8bce6e5, 0xe12c4247, 0x6b17d1f2 });
            _baseY = Prime.ToMontgomery(new uint[] { 0x37bf51f5, 0xcbb64068, 0x6b315ece, 0x2bce3357, 0x7c0f9e16, 0x8ee7eb4a, 0xfe1a7f9b, 0x4fe342e2 });
        }

        /// <summary>Coordinates.</summary>
        public ModularField Prime { get; }

        /// <summary>Scalars.</summary>
        public ModularField Order { get; }

        /// <summary>Whether y² = x³ - 3x + b.</summary>
        public bool Contains(uint[] x, uint[] y)
        {
            var left = new uint[8];
            var right = new uint[8];
            Prime.Multiply(y, y, left);
            Prime.Multiply(x, x, right);
            Prime.Multiply(right, x, right);
            Prime.Subtract(right, x, right);
            Prime.Subtract(right, x, right);
            Prime.Subtract(right, x, right);
            Prime.Add(right, _b, right);
            return ModularField.AreEqual(left, right);
        }

        /// <summary>u1 times the base point plus u2 times another.</summary>
        public uint[][] MultiplyAdd(uint[] u1, uint[] u2, uint[] x, uint[] y)
        {
            uint[][] basePoint = { _baseX, _baseY, Prime.One };
            uint[][] other = { x, y, Prime.One };
            uint[][] sum = Infinity();
            Copy(basePoint, sum);
            Add(sum, other);
            uint[][] result = Infinity();
            for (int i = 255; i >= 0; i--)
            {
                Double(result);
                uint bits = ((u1[i / 32] >> (i % 32)) & 1) | (((u2[i / 32] >> (i % 32)) & 1) << 1);
                if (bits == 1)
                {
                    Add(result, basePoint);
                }
                else if (bits == 2)
                {
                    Add(result, other);
                }
                else if (bits == 3)
                {
                    Add(result, sum);
                }
            }

            return result;
        }

        /// <summary>Whether the point's x, modulo the order, is r.</summary>
        public bool XEquals(uint[][] point, uint[] r)
        {
            if (ModularField.IsZero(point[2]))
            {
                return false;
            }

            uint[] inverse = Prime.Invert(point[2]);
            Prime.Multiply(inverse, inverse, inverse);
            Prime.Multiply(point[0], inverse, inverse);
            uint[] x = Prime.FromMontgomery(inverse);
            if (!ModularField.IsLess(x, Order.Modulus))
            {
                Order.Subtract(x, Order.Modulus, x);
            }

            return ModularField.AreEqual(x, r);
        }

        private static uint[][] Infinity() => new uint[][] { new uint[8], new uint[8], new uint[8] };

        private static void Copy(uint[][] from, uint[][] to)
        {
            for (int i = 0; i < 3; i++)
            {
                Array.Copy(from[i], 0, to[i], 0, 8);
            }
        }

        /// <summary>Doubles in place (dbl-2001-b).</summary>
        private void Double(uint[][] point)
        {
            uint[] x = point[0], y = point[1], z = point[2];
            if (ModularField.IsZero(z))
            {
                return;
            }

            ModularField f = Prime;
            uint[] delta = _t1, gamma = _t2, beta = _t3, alpha = _t4, t = _t5;
            f.Multiply(z, z, delta);
            f.Multiply(y, y, gamma);
            f.Multiply(x, gamma, beta);
            f.Subtract(x, delta, alpha);
            f.Add(x, delta, t);
            f.Multiply(alpha, t, alpha);
            f.Add(alpha, alpha, t);
            f.Add(alpha, t, alpha);

            // Z = (Y + Z)² - gamma - delta
            f.Add(y, z, z);
            f.Multiply(z, z, z);
            f.Subtract(z, gamma, z);
            f.Subtract(z, delta, z);

            // X = alpha² - 8 beta
            f.Add(beta, beta, beta);
            f.Add(beta, beta, beta);
            f.Multiply(alpha, alpha, x);
            f.Subtract(x, beta, x);
            f.Subtract(x, beta, x);

            // Y = alpha (4 beta - X) - 8 gamma²
            f.Subtract(beta, x, beta);
            f.Multiply(alpha, beta, y);
            f.Multiply(gamma, gamma, gamma);
            f.Add(gamma, gamma, gamma);
            f.Add(gamma, gamma, gamma);
            f.Add(gamma, gamma, gamma);
            f.Subtract(y, gamma, y);
        }

        /// <summary>Adds a point to one in place (add-2007-bl, all special cases told apart).</summary>
        private void Add(uint[][] point, uint[][] other)
        {
            uint[] x1 = point[0], y1 = point[1], z1 = point[2];
            if (ModularField.IsZero(other[2]))
            {
                return;
            }

            if (ModularField.IsZero(z1))
            {
                Copy(other, point);
                return;
            }

            ModularField f = Prime;
            uint[] z1z1 = _t1, z2z2 = _t2, u1 = _t3, h = _t4, r = _t5;
            var s1 = new uint[8];
            var t = new uint[8];
            f.Multiply(z1, z1, z1z1);
            f.Multiply(other[2], other[2], z2z2);
            f.Multiply(x1, z2z2, u1);
            f.Multiply(other[0], z1z1, h);
            f.Subtract(h, u1, h);
            f.Multiply(y1, other[2], s1);
            f.Multiply(s1, z2z2, s1);
            f.Multiply(other[1], z1, r);
            f.Multiply(r, z1z1, r);
            f.Subtract(r, s1, r);
            if (ModularField.IsZero(h))
            {
                if (ModularField.IsZero(r))
                {
                    Double(point);
                }
                else
                {
                    Array.Clear(z1, 0, 8);
                }

                return;
            }

            // Z = Z1 Z2 H
            f.Multiply(z1, other[2], z1);
            f.Multiply(z1, h, z1);

            // X = r² - H³ - 2 U1 H²
            f.Multiply(h, h, t);
            f.Multiply(u1, t, u1);
            f.Multiply(h, t, h);
            f.Multiply(r, r, x1);
            f.Subtract(x1, h, x1);
            f.Subtract(x1, u1, x1);
            f.Subtract(x1, u1, x1);

            // Y = r (U1 H² - X) - S1 H³
            f.Subtract(u1, x1, u1);
            f.Multiply(r, u1, y1);
            f.Multiply(s1, h, s1);
            f.Subtract(y1, s1, y1);
        }
    }
}
