using System;

namespace NanoIoT.Device.Security
{
    /// <summary>
    /// Numbers modulo the order of P-256's base point, as eight 32-bit limbs, lowest first. A verification needs one
    /// inverse and two products of them: short loops, because here code costs more than time.
    /// </summary>
    internal static class P256Scalar
    {
        private static readonly uint[] s_order =
        {
            0xfc632551, 0xf3b9cac2, 0xa7179e84, 0xbce6faad, 0xffffffff, 0xffffffff, 0, 0xffffffff,
        };

        /// <summary>Reads 32 bytes, highest first.</summary>
        public static uint[] Read(byte[] bytes, int offset)
        {
            var value = new uint[8];
            for (int i = 0; i < 32; i++)
            {
                value[7 - (i / 4)] = (value[7 - (i / 4)] << 8) | bytes[offset + i];
            }

            return value;
        }

        /// <summary>Reads 32 bytes, highest first, modulo the order: below 2^256 one subtraction is enough.</summary>
        public static uint[] ReadReduced(byte[] bytes, int offset)
        {
            uint[] value = Read(bytes, offset);
            if (!IsLess(value, s_order))
            {
                Subtract(value, s_order);
            }

            return value;
        }

        /// <summary>Whether a number is from 1 to the order less 1.</summary>
        public static bool IsInRange(uint[] value) => IsNot(value, 0) && IsLess(value, s_order);

        /// <summary>a + order, in 32 bytes, highest first; null where that takes more.</summary>
        public static byte[]? PlusOrder(uint[] a)
        {
            var sum = new uint[8];
            Array.Copy(a, 0, sum, 0, 8);
            if (Add(sum, s_order))
            {
                return null;
            }

            var bytes = new byte[32];
            for (int i = 0; i < 32; i++)
            {
                bytes[31 - i] = (byte)(sum[i / 4] >> (8 * (i % 4)));
            }

            return bytes;
        }

        /// <summary>a b, by doubling and adding.</summary>
        public static uint[] Multiply(uint[] a, uint[] b)
        {
            var result = new uint[8];
            for (int i = 255; i >= 0; i--)
            {
                AddModulo(result, result);
                if (((a[i / 32] >> (i % 32)) & 1) != 0)
                {
                    AddModulo(result, b);
                }
            }

            return result;
        }

        /// <summary>1 / a, by the binary Euclidean algorithm; a is from 1 to the order less 1.</summary>
        public static uint[] Invert(uint[] a)
        {
            var u = new uint[8];
            var v = new uint[8];
            var x = new uint[8];
            var y = new uint[8];
            Array.Copy(a, 0, u, 0, 8);
            Array.Copy(s_order, 0, v, 0, 8);
            x[0] = 1;

            // a x = u and a y = v, modulo the order, all the way.
            while (IsNot(u, 1) && IsNot(v, 1))
            {
                HalveWhileEven(u, x);
                HalveWhileEven(v, y);
                if (IsLess(u, v))
                {
                    Subtract(v, u);
                    SubtractModulo(y, x);
                }
                else
                {
                    Subtract(u, v);
                    SubtractModulo(x, y);
                }
            }

            return IsNot(u, 1) ? y : x;
        }

        private static void HalveWhileEven(uint[] a, uint[] coefficient)
        {
            while ((a[0] & 1) == 0)
            {
                Halve(a, false);
                bool carry = (coefficient[0] & 1) != 0 && Add(coefficient, s_order);
                Halve(coefficient, carry);
            }
        }

        private static void Halve(uint[] a, bool carry)
        {
            uint high = carry ? 0x80000000 : 0;
            for (int i = 7; i >= 0; i--)
            {
                uint limb = a[i];
                a[i] = (limb >> 1) | high;
                high = limb << 31;
            }
        }

        internal static void AddModulo(uint[] a, uint[] b)
        {
            if (Add(a, b) || !IsLess(a, s_order))
            {
                Subtract(a, s_order);
            }
        }

        private static void SubtractModulo(uint[] a, uint[] b)
        {
            if (Subtract(a, b))
            {
                Add(a, s_order);
            }
        }

        /// <summary>a += b.</summary>
        /// <returns>The carry.</returns>
        private static bool Add(uint[] a, uint[] b)
        {
            ulong carry = 0;
            for (int i = 0; i < 8; i++)
            {
                carry += (ulong)a[i] + b[i];
                a[i] = (uint)carry;
                carry >>= 32;
            }

            return carry != 0;
        }

        /// <summary>a -= b.</summary>
        /// <returns>The borrow.</returns>
        private static bool Subtract(uint[] a, uint[] b)
        {
            long borrow = 0;
            for (int i = 0; i < 8; i++)
            {
                borrow += (long)a[i] - b[i];
                a[i] = (uint)borrow;
                borrow >>= 32;
            }

            return borrow != 0;
        }

        private static bool IsNot(uint[] a, uint value) =>
            a[0] != value || (a[1] | a[2] | a[3] | a[4] | a[5] | a[6] | a[7]) != 0;

        private static bool IsLess(uint[] a, uint[] b)
        {
            for (int i = 7; i >= 0; i--)
            {
                if (a[i] != b[i])
                {
                    return a[i] < b[i];
                }
            }

            return false;
        }
    }
}
