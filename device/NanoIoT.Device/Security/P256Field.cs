namespace NanoIoT.Device.Security
{
    /// <summary>
    /// Numbers modulo P-256's prime p = 2^256 - 2^224 + 2^192 + 2^96 - 1, in Montgomery form with R = 2^280, as ten limbs of
    /// 28 bits, lowest first. Unrolled, because a loop costs the board's interpreter more than the sums in it: one product
    /// is some 950 IL instructions. Limbs may be negative, and sums and differences are not reduced: R exceeds p by 24
    /// bits, so a product of numbers up to 2^11 p is again between -p/4 and 5p/4, as long as no limb passes 2^30.
    /// Nothing here is secret: the code verifies public signatures and need not take constant time.
    /// </summary>
    internal static class P256Field
    {
        /// <summary>How many limbs a number has.</summary>
        public const int Limbs = 10;

        private const long Mask = 0xfffffff;
        private const int Mask32 = 0xfffffff;

        // In one array: the prime, then R² and R modulo it. R is one in Montgomery form.
        private const int SquareOfR = Limbs;
        private const int OneInMontgomeryForm = 2 * Limbs;

        internal static readonly int[] s_constants =
        {
            0xfffffff, 0xfffffff, 0xfffffff, 0x0000fff, 0x0000000, 0x0000000, 0x1000000, 0x0000000, 0xfffffff, 0x000000f,
            0x0050000, 0x0300000, 0x0000000, 0x0000000, 0xffffffa, 0xfffffbf, 0xffffeff, 0xfffafff, 0x002ffff, 0x0000000,
            0x1000000, 0x0000000, 0x0000000, 0x0000000, 0xfffff00, 0xfffffff, 0xfffffff, 0xfefffff, 0x0ffffff, 0x0000000,
        };

        /// <summary>One, in Montgomery form.</summary>
        public static int[] One() => Constant(OneInMontgomeryForm);

        /// <summary>Reads 32 bytes, highest first, into Montgomery form.</summary>
        /// <returns>The number, or null where it is p or more.</returns>
        public static int[]? Read(byte[] bytes, int offset)
        {
            var plain = new int[Limbs];
            for (int i = 0; i < 64; i++)
            {
                int nibble = (bytes[offset + 31 - (i / 2)] >> (4 * (i % 2))) & 15;
                plain[i / 7] |= nibble << (4 * (i % 7));
            }

            int limb = Limbs - 1;
            while (limb >= 0 && plain[limb] == s_constants[limb])
            {
                limb--;
            }

            if (limb < 0 || plain[limb] > s_constants[limb])
            {
                return null;
            }

            Multiply(plain, Constant(SquareOfR), plain);
            return plain;
        }

        private static int[] Constant(int offset)
        {
            var value = new int[Limbs];
            System.Array.Copy(s_constants, offset, value, 0, Limbs);
            return value;
        }

        /// <summary>Whether a number between -2p and 2p, neither included, is zero modulo p.</summary>
        public static bool IsZero(int[] a)
        {
            // The limbs in their only form: all but the highest from 0 to 2^28 - 1. The number is then 0, p or -p.
            bool zero = true;
            bool prime = true;
            bool minusPrime = true;
            int carry = 0;
            int borrow = 0;
            for (int i = 0; i < Limbs; i++)
            {
                int limb = a[i] + carry;
                int negative = borrow - s_constants[i];
                if (i < Limbs - 1)
                {
                    carry = limb >> 28;
                    limb &= Mask32;
                    borrow = negative >> 28;
                    negative &= Mask32;
                }

                zero &= limb == 0;
                prime &= limb == s_constants[i];
                minusPrime &= limb == negative;
            }

            return zero | prime | minusPrime;
        }

        /// <summary>Montgomery's product: a b / 2^280.</summary>
        public static void Multiply(int[] a, int[] b, int[] result)
        {
            long a0 = a[0];
            long a1 = a[1];
            long a2 = a[2];
            long a3 = a[3];
            long a4 = a[4];
            long a5 = a[5];
            long a6 = a[6];
            long a7 = a[7];
            long a8 = a[8];
            long a9 = a[9];
            long b0 = b[0];
            long b1 = b[1];
            long b2 = b[2];
            long b3 = b[3];
            long b4 = b[4];
            long b5 = b[5];
            long b6 = b[6];
            long b7 = b[7];
            long b8 = b[8];
            long b9 = b[9];
            long t0 = a0 * b0;
            long t1 = (a0 * b1) + (a1 * b0);
            long t2 = (a0 * b2) + (a1 * b1) + (a2 * b0);
            long t3 = (a0 * b3) + (a1 * b2) + (a2 * b1) + (a3 * b0);
            long t4 = (a0 * b4) + (a1 * b3) + (a2 * b2) + (a3 * b1) + (a4 * b0);
            long t5 = (a0 * b5) + (a1 * b4) + (a2 * b3) + (a3 * b2) + (a4 * b1) + (a5 * b0);
            long t6 = (a0 * b6) + (a1 * b5) + (a2 * b4) + (a3 * b3) + (a4 * b2) + (a5 * b1) + (a6 * b0);
            long t7 = (a0 * b7) + (a1 * b6) + (a2 * b5) + (a3 * b4) + (a4 * b3) + (a5 * b2) + (a6 * b1) + (a7 * b0);
            long t8 = (a0 * b8) + (a1 * b7) + (a2 * b6) + (a3 * b5) + (a4 * b4) + (a5 * b3) + (a6 * b2) + (a7 * b1) + (a8 * b0);
            long t9 = (a0 * b9) + (a1 * b8) + (a2 * b7) + (a3 * b6) + (a4 * b5) + (a5 * b4) + (a6 * b3) + (a7 * b2) + (a8 * b1) + (a9 * b0);
            long t10 = (a1 * b9) + (a2 * b8) + (a3 * b7) + (a4 * b6) + (a5 * b5) + (a6 * b4) + (a7 * b3) + (a8 * b2) + (a9 * b1);
            long t11 = (a2 * b9) + (a3 * b8) + (a4 * b7) + (a5 * b6) + (a6 * b5) + (a7 * b4) + (a8 * b3) + (a9 * b2);
            long t12 = (a3 * b9) + (a4 * b8) + (a5 * b7) + (a6 * b6) + (a7 * b5) + (a8 * b4) + (a9 * b3);
            long t13 = (a4 * b9) + (a5 * b8) + (a6 * b7) + (a7 * b6) + (a8 * b5) + (a9 * b4);
            long t14 = (a5 * b9) + (a6 * b8) + (a7 * b7) + (a8 * b6) + (a9 * b5);
            long t15 = (a6 * b9) + (a7 * b8) + (a8 * b7) + (a9 * b6);
            long t16 = (a7 * b9) + (a8 * b8) + (a9 * b7);
            long t17 = (a8 * b9) + (a9 * b8);
            long t18 = a9 * b9;
            long t19 = 0;

            // Montgomery's reduction: the factor of limb i is limb i itself, and p is four powers of two and minus one.
            long m;
            m = t0 & Mask;
            t1 += t0 >> 28;
            t3 += m << 12;
            t6 += m << 24;
            t8 -= m;
            t9 += m << 4;
            m = t1 & Mask;
            t2 += t1 >> 28;
            t4 += m << 12;
            t7 += m << 24;
            t9 -= m;
            t10 += m << 4;
            m = t2 & Mask;
            t3 += t2 >> 28;
            t5 += m << 12;
            t8 += m << 24;
            t10 -= m;
            t11 += m << 4;
            m = t3 & Mask;
            t4 += t3 >> 28;
            t6 += m << 12;
            t9 += m << 24;
            t11 -= m;
            t12 += m << 4;
            m = t4 & Mask;
            t5 += t4 >> 28;
            t7 += m << 12;
            t10 += m << 24;
            t12 -= m;
            t13 += m << 4;
            m = t5 & Mask;
            t6 += t5 >> 28;
            t8 += m << 12;
            t11 += m << 24;
            t13 -= m;
            t14 += m << 4;
            m = t6 & Mask;
            t7 += t6 >> 28;
            t9 += m << 12;
            t12 += m << 24;
            t14 -= m;
            t15 += m << 4;
            m = t7 & Mask;
            t8 += t7 >> 28;
            t10 += m << 12;
            t13 += m << 24;
            t15 -= m;
            t16 += m << 4;
            m = t8 & Mask;
            t9 += t8 >> 28;
            t11 += m << 12;
            t14 += m << 24;
            t16 -= m;
            t17 += m << 4;
            m = t9 & Mask;
            t10 += t9 >> 28;
            t12 += m << 12;
            t15 += m << 24;
            t17 -= m;
            t18 += m << 4;

            result[0] = (int)t10 & Mask32;
            t11 += t10 >> 28;
            result[1] = (int)t11 & Mask32;
            t12 += t11 >> 28;
            result[2] = (int)t12 & Mask32;
            t13 += t12 >> 28;
            result[3] = (int)t13 & Mask32;
            t14 += t13 >> 28;
            result[4] = (int)t14 & Mask32;
            t15 += t14 >> 28;
            result[5] = (int)t15 & Mask32;
            t16 += t15 >> 28;
            result[6] = (int)t16 & Mask32;
            t17 += t16 >> 28;
            result[7] = (int)t17 & Mask32;
            t18 += t17 >> 28;
            result[8] = (int)t18 & Mask32;
            t19 += t18 >> 28;
            result[9] = (int)t19;
        }

        /// <summary>a + b, limb by limb.</summary>
        public static void Add(int[] a, int[] b, int[] result)
        {
            result[0] = a[0] + b[0];
            result[1] = a[1] + b[1];
            result[2] = a[2] + b[2];
            result[3] = a[3] + b[3];
            result[4] = a[4] + b[4];
            result[5] = a[5] + b[5];
            result[6] = a[6] + b[6];
            result[7] = a[7] + b[7];
            result[8] = a[8] + b[8];
            result[9] = a[9] + b[9];
        }

        /// <summary>a - b, limb by limb.</summary>
        public static void Subtract(int[] a, int[] b, int[] result)
        {
            result[0] = a[0] - b[0];
            result[1] = a[1] - b[1];
            result[2] = a[2] - b[2];
            result[3] = a[3] - b[3];
            result[4] = a[4] - b[4];
            result[5] = a[5] - b[5];
            result[6] = a[6] - b[6];
            result[7] = a[7] - b[7];
            result[8] = a[8] - b[8];
            result[9] = a[9] - b[9];
        }

        /// <summary>Brings each limb but the highest between 0 and 2^28 - 1.</summary>
        public static void Carry(int[] a)
        {
            int limb = a[0];
            a[0] = limb & Mask32;
            limb = a[1] + (limb >> 28);
            a[1] = limb & Mask32;
            limb = a[2] + (limb >> 28);
            a[2] = limb & Mask32;
            limb = a[3] + (limb >> 28);
            a[3] = limb & Mask32;
            limb = a[4] + (limb >> 28);
            a[4] = limb & Mask32;
            limb = a[5] + (limb >> 28);
            a[5] = limb & Mask32;
            limb = a[6] + (limb >> 28);
            a[6] = limb & Mask32;
            limb = a[7] + (limb >> 28);
            a[7] = limb & Mask32;
            limb = a[8] + (limb >> 28);
            a[8] = limb & Mask32;
            a[9] += limb >> 28;
        }
    }
}
