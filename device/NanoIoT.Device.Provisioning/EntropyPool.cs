using System;
using System.Security.Cryptography;
using NanoIoT.Shared;

namespace NanoIoT.Device.Provisioning
{
    /// <summary>
    /// Random bytes for keys. The board's class library has no source of them, so they come from 32 random bytes that are
    /// put on the board when it is flashed, by HMAC-DRBG (NIST SP 800-90A). The seed is replaced, durably,
    /// before anything is drawn from it: no key is ever made twice, whenever power goes.
    /// </summary>
    internal sealed class EntropyPool
    {
        private const int SeedBytes = 32;

        private byte[] _key;
        private byte[] _value;

        private EntropyPool(byte[] seed)
        {
            _key = new byte[SeedBytes];
            _value = new byte[SeedBytes];
            for (int i = 0; i < SeedBytes; i++)
            {
                _value[i] = 1;
            }

            Update(seed);
        }

        /// <summary>Bytes of a seed.</summary>
        public const int SeedLength = SeedBytes;

        /// <summary>Makes a pool of a seed whose next is stored.</summary>
        public static EntropyPool Open(byte[] seed) => new EntropyPool(Mix(seed));

        /// <summary>The seed that takes a seed's place, and says nothing of what is drawn from it.</summary>
        public static byte[] NextSeed(byte[] seed) => HMACSHA256.HashData(seed, Label("next"));

        /// <summary>32 random bytes.</summary>
        public byte[] Next()
        {
            _value = HMACSHA256.HashData(_key, _value);
            byte[] result = _value;
            Update(null);
            return result;
        }

        private static byte[] Label(string text)
        {
            var bytes = new byte[text.Length];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)text[i];
            }

            return bytes;
        }

        /// <summary>The seed with the time mixed in, which harms nothing where it is known.</summary>
        private static byte[] Mix(byte[] seed)
        {
            var time = new byte[8];
            long ticks = DateTime.UtcNow.Ticks;
            LittleEndian.WriteUInt32(time, 0, (uint)ticks);
            LittleEndian.WriteUInt32(time, 4, (uint)(ticks >> 32));
            return HMACSHA256.HashData(seed, time);
        }

        private void Update(byte[]? data)
        {
            for (byte round = 0; round < (data == null ? 1 : 2); round++)
            {
                int length = data == null ? 0 : data.Length;
                var input = new byte[SeedBytes + 1 + length];
                Array.Copy(_value, 0, input, 0, SeedBytes);
                input[SeedBytes] = round;
                if (data != null)
                {
                    Array.Copy(data, 0, input, SeedBytes + 1, length);
                }

                _key = HMACSHA256.HashData(_key, input);
                _value = HMACSHA256.HashData(_key, _value);
            }
        }
    }
}
