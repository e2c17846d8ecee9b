using System;

namespace NanoIoT.Device.Security
{
    /// <summary>NIST P-256: y² = x³ - 3x + b. Multiplies by windows of signed digits, the base point's from a table.</summary>
    internal static class P256Curve
    {
        private const int KeyWindow = 4;
        private const int BaseWindow = 5;
        private const int Digits = 257;

        /// <summary>Whether a point is on the curve.</summary>
        public static bool Contains(int[] x, int[] y)
        {
            var left = new int[P256Field.Limbs];
            var right = new int[P256Field.Limbs];
            P256Field.Multiply(x, x, right);
            P256Field.Multiply(right, x, right);
            P256Field.Subtract(right, x, right);
            P256Field.Subtract(right, x, right);
            P256Field.Subtract(right, x, right);
            P256Field.Add(right, B(), right);
            P256Field.Multiply(y, y, left);
            P256Field.Subtract(left, right, left);
            P256Field.Multiply(left, P256Field.One(), left);
            return P256Field.IsZero(left);
        }

        /// <summary>u1 times the base point plus u2 times another.</summary>
        public static P256Point MultiplyAdd(uint[] u1, uint[] u2, int[] x, int[] y, P256Workspace space)
        {
            P256Point[] multiples = OddMultiples(x, y, space);
            sbyte[] ofBase = Recode(u1, BaseWindow);
            sbyte[] ofKey = Recode(u2, KeyWindow);
            int[] ofBasePoint = OddMultiplesOfBase();
            var baseX = new int[P256Field.Limbs];
            var baseY = new int[P256Field.Limbs];
            var result = new P256Point();
            for (int i = Digits - 1; i >= 0; i--)
            {
                result.Double(space);
                int digit = ofBase[i];
                if (digit != 0)
                {
                    int entry = (digit < 0 ? -digit : digit) / 2 * 2 * P256Field.Limbs;
                    Array.Copy(ofBasePoint, entry, baseX, 0, P256Field.Limbs);
                    Array.Copy(ofBasePoint, entry + P256Field.Limbs, baseY, 0, P256Field.Limbs);
                    result.AddAffine(baseX, baseY, digit < 0, space);
                }

                digit = ofKey[i];
                if (digit != 0)
                {
                    result.Add(multiples[(digit < 0 ? -digit : digit) / 2], digit < 0, space);
                }
            }

            return result;
        }

        /// <summary>1, 3, 5 and 7 times a point.</summary>
        private static P256Point[] OddMultiples(int[] x, int[] y, P256Workspace space)
        {
            var multiples = new P256Point[1 << (KeyWindow - 2)];
            var twice = new P256Point();
            twice.Set(x, y);
            twice.Double(space);
            for (int i = 0; i < multiples.Length; i++)
            {
                var point = new P256Point();
                if (i == 0)
                {
                    point.Set(x, y);
                }
                else
                {
                    point.Set(multiples[i - 1]);
                    point.Add(twice, false, space);
                }

                multiples[i] = point;
            }

            return multiples;
        }

        /// <summary>A number as odd signed digits below 2^(window-1), at least window-1 zeros between two (wNAF).</summary>
        private static sbyte[] Recode(uint[] number, int window)
        {
            var digits = new sbyte[Digits];
            int carry = 0;
            int position = 0;
            while (position < Digits)
            {
                if (Bits(number, position, 1) == carry)
                {
                    position++;
                    continue;
                }

                int digit = Bits(number, position, window) + carry;
                carry = digit >> (window - 1);
                digits[position] = (sbyte)(digit - (carry << window));
                position += window;
            }

            return digits;
        }

        private static int Bits(uint[] number, int position, int count)
        {
            int value = 0;
            for (int i = 0; i < count && position + i < 256; i++)
            {
                value |= (int)((number[(position + i) / 32] >> ((position + i) % 32)) & 1) << i;
            }

            return value;
        }

        // Made for each verification instead of once for all: a static array would take heap for ever.
        private static int[] B() => new int[]
        {
            0xfdc3006, 0x29c4bdd, 0x89cdf62, 0x542a90d, 0x005cc9c, 0x2ed6acf, 0xaabf721, 0x3409721, 0xde0b74e, 0x0000001,
        };

        /// <summary>1, 3, 5 … 15 times the base point: x and y of each, ten limbs each, in Montgomery form.</summary>
        internal static int[] OddMultiplesOfBase() => new int[]
        {
            0xc18905f, 0x18a9143, 0x9e730d4, 0x5d57017, 0xa95fc47, 0x251075b, 0x42b7762, 0xc6616b1, 0x6bdc7b4, 0x0000007,
            0xa8571ff, 0xce95560, 0xdf25357, 0xa7e55cd, 0xab8e434, 0xf3258b4, 0x788dd21, 0x854d768, 0x8aafa5c, 0x0000001,
            0x726936a, 0x4eebc12, 0xfac3f90, 0xea17fbf, 0x7f849e1, 0xbc98b02, 0xddd87cb, 0x7e401a0, 0xfdd92de, 0x0000003,
            0xbd5f06a, 0xc983a7e, 0x04c5c1f, 0x71941ab, 0xe47ac32, 0xe98e583, 0xe311a2e, 0x06a2919, 0xabb7836, 0x0000002,
            0x5c90796, 0xc45c61f, 0xe1b8aae, 0xb1bd7db, 0xc6499cb, 0xc20c90e, 0xfaad076, 0xc7cb151, 0x6520cb9, 0x0000000,
            0x073a076, 0xe7ba4f1, 0xb309b4a, 0x4b122be, 0x568ef72, 0x1f6873c, 0x3877e7a, 0x15c1a03, 0xba1725f, 0x000000b,
            0xf13ba51, 0xa0173b4, 0x746354e, 0x81aff70, 0x20213be, 0xbb082bd, 0x9b50c23, 0x03e0845, 0x9d6cc8f, 0x0000001,
            0xdeaedd9, 0x3f5b9d4, 0x847d030, 0xb8a2dd2, 0x2f2f172, 0x4195674, 0x2dc77c9, 0x6704a56, 0x65911e1, 0x0000001,
            0x8e05b30, 0x264e20e, 0x5c96e8f, 0x4c78417, 0x6bfec79, 0xeb00abe, 0xc0444c8, 0x6a4c656, 0x1d12011, 0x0000008,
            0x4086659, 0xa45f331, 0xeb7777a, 0xf6ece31, 0xf7bedc5, 0x2f1a56a, 0x89a88b1, 0x9b2307a, 0xe05e9b8, 0x000000c,
            0x43e7090, 0x6245e40, 0xa7d260a, 0x0f4fe0e, 0x4079530, 0x1ab59de, 0x4158dac, 0x72e1831, 0x1a30d20, 0x000000f,
            0x8689300, 0x2b944e8, 0xa768561, 0xec61c81, 0xf939e7c, 0x643d250, 0xa891ead, 0x8da37aa, 0x449b8b8, 0x0000002,
            0x9738477, 0x4b2ed70, 0xcc42563, 0xeb5c0dc, 0x5676911, 0x98110e3, 0xd3f559e, 0x5949385, 0xcc71a2e, 0x000000a,
            0xffbc087, 0xc00ee17, 0x5752b90, 0x6e4be33, 0x4838f78, 0x5bc1687, 0xd22bd1f, 0x96810fd, 0xac5a83e, 0x0000006,
            0xbe2aa0e, 0xbc60055, 0x2bcd8b7, 0x38704b7, 0xc23ed74, 0x937003c, 0x624e481, 0x090b896, 0x3ed7de8, 0x0000004,
            0xd204217, 0x6383c45, 0x0b8524f, 0x6204254, 0x6355422, 0x4797d76, 0xfde778a, 0xf444ad8, 0xa90bbc4, 0x0000000,
        };
    }
}
