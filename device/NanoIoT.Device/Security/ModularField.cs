using System;

namespace NanoIoT.Device.Security
{
    /// <summary>
    /// Numbers modulo a 256-bit odd prime, in Montgomery form, as eight 32-bit limbs, lowest first. Nothing here is
    /// secret: the code verifies public signatures and need not take constant time.
    /// </summary>
    internal sealed class ModularField
    {
        private readonly uint[] _modulus;
        private readonly uint _inverse;
        private readonly uint[] _rSquared;
        private readonly uint[] _product = new uint[10];

        public ModularField(uint[] modulus)
        {
            _modulus = modulus;

            // Newton's iteration for -1 / modulus modulo 2^32.
            uint inverse = 1;
            for (int i = 0; i < 5; i++)
            {
                inverse *= 2 - (modulus[0] * inverse);
            }

            _inverse = 0 - inverse;
            _rSquared = new uint[8];
            _rSquared[0] = 1;
            for (int i = 0; i < 512; i++)
            {
                Add(_rSquared, _rSquared, _rSquared);
            }

            One = new uint[8];
            uint[] one = new uint[8];
            one[0] = 1;
            Multiply(one, _rSquared, One);
        }

        /// <summary>One, in Montgomery form.</summary>
        public uint[] One { get; }

        public uint[] Modulus => _modulus;

        public static bool IsZero(uint[] a)
        {
            return (a[0] | a[1] | a[2] | a[3] | a[4] | a[5] | a[6] | a[7]) == 0;
        }

        public static bool AreEqual(uint[] a, uint[] b)
        {
            for (int i = 0; i < 8; i++)
            {
                if (a[i] != b[i])
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>Whether a is lower than b.</summary>
        public static bool IsLess(uint[] a, uint[] b)
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

        public static uint[] Read(byte[] bytes, int offset)
        {
            var value = new uint[8];
            for (int i = 0; i < 32; i++)
            {
                value[7 - (i / 4)] = (value[7 - (i / 4)] << 8) | bytes[offset + i];
            }

            return value;
        }

        public uint[] ToMontgomery(uint[] a)
        {
            var result = new uint[8];
            Multiply(a, _rSquared, result);
            return result;
        }

        public uint[] FromMontgomery(uint[] a)
        {
            var one = new uint[8];
            one[0] = 1;
            var result = new uint[8];
            Multiply(a, one, result);
            return result;
        }

        public void Add(uint[] a, uint[] b, uint[] result)
        {
            ulong carry = 0;
            for (int i = 0; i < 8; i++)
            {
                carry += (ulong)a[i] + b[i];
                result[i] = (uint)carry;
                carry >>= 32;
            }

            if (carry != 0 || !IsLess(result, _modulus))
            {
                SubtractModulus(result);
            }
        }

        public void Subtract(uint[] a, uint[] b, uint[] result)
        {
            long borrow = 0;
            for (int i = 0; i < 8; i++)
            {
                borrow += (long)a[i] - b[i];
                result[i] = (uint)borrow;
                borrow >>= 32;
            }

            if (borrow != 0)
            {
                ulong carry = 0;
                for (int i = 0; i < 8; i++)
                {
                    carry += (ulong)result[i] + _modulus[i];
                    result[i] = (uint)carry;
                    carry >>= 32;
                }
            }
        }

        /// <summary>Montgomery's product: a * b / 2^256.</summary>
        public void Multiply(uint[] a, uint[] b, uint[] result)
        {
            uint[] t = _product;
            uint[] modulus = _modulus;
            Array.Clear(t, 0, 10);
            for (int i = 0; i < 8; i++)
            {
                ulong carry = 0;
                ulong x = a[i];
                for (int j = 0; j < 8; j++)
                {
                    carry += (x * b[j]) + t[j];
                    t[j] = (uint)carry;
                    carry >>= 32;
                }

                carry += t[8];
                t[8] = (uint)carry;
                t[9] = (uint)(carry >> 32);

                ulong m = t[0] * _inverse;
                carry = ((m * modulus[0]) + t[0]) >> 32;
                for (int j = 1; j < 8; j++)
                {
                    carry += (m * modulus[j]) + t[j];
                    t[j - 1] = (uint)carry;
                    carry >>= 32;
                }

                carry += t[8];
                t[7] = (uint)carry;
                t[8] = t[9] + (uint)(carry >> 32);
            }

            bool reduce = t[8] != 0;
            Array.Copy(t, 0, result, 0, 8);
            if (reduce || !IsLess(result, modulus))
            {
                SubtractModulus(result);
            }
        }

        /// <summary>The inverse by Fermat's little theorem: a^(modulus - 2).</summary>
        public uint[] Invert(uint[] a)
        {
            var exponent = new uint[8];
            Array.Copy(_modulus, 0, exponent, 0, 8);
            exponent[0] -= 2;
            var result = new uint[8];
            Array.Copy(One, 0, result, 0, 8);
            for (int i = 255; i >= 0; i--)
            {
                Multiply(result, result, result);
                if (((exponent[i / 32] >> (i % 32)) & 1) != 0)
                {
                    Multiply(result, a, result);
                }
            }

            return result;
        }

        private void SubtractModulus(uint[] a)
        {
            long borrow = 0;
            for (int i = 0; i < 8; i++)
            {
                borrow += (long)a[i] - _modulus[i];
                a[i] = (uint)borrow;
                borrow >>= 32;
            }
        }
    }
}
