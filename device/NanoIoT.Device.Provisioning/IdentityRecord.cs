using System;
using System.Text;
using NanoIoT.Shared;

namespace NanoIoT.Device.Provisioning
{
    /// <summary>All that a board knows of who it is, in one record that changes at once.</summary>
    internal sealed class IdentityRecord
    {
        private const byte Version = 1;
        private const int Texts = 6;

        /// <summary>The thing's name; empty before the board is one.</summary>
        public string Thing = string.Empty;

        /// <summary>The certificate the board connects with, PEM.</summary>
        public string Certificate = string.Empty;

        /// <summary>Its key, PEM.</summary>
        public string PrivateKey = string.Empty;

        /// <summary>The certificate that is to take its place, PEM; empty where there is none.</summary>
        public string NextCertificate = string.Empty;

        /// <summary>Its key, PEM.</summary>
        public string NextPrivateKey = string.Empty;

        /// <summary>What proves to the service that the next certificate is this board's.</summary>
        public string Token = string.Empty;

        /// <summary>Whether the service has not been told yet that the former certificate may go.</summary>
        public bool IsUnconfirmed;

        /// <summary>What keys are made from: 32 bytes, or none.</summary>
        public byte[] Seed = new byte[0];

        /// <summary>Reads a record.</summary>
        /// <returns>The record, or null where the bytes are none.</returns>
        public static IdentityRecord? Parse(byte[] bytes)
        {
            if (bytes.Length < 3 || bytes[0] != Version || bytes.Length < 3 + bytes[2])
            {
                return null;
            }

            var record = new IdentityRecord { IsUnconfirmed = bytes[1] != 0, Seed = new byte[bytes[2]] };
            Array.Copy(bytes, 3, record.Seed, 0, record.Seed.Length);
            int position = 3 + record.Seed.Length;
            var texts = new string[Texts];
            for (int i = 0; i < Texts; i++)
            {
                int length = position + 2 <= bytes.Length ? LittleEndian.ReadUInt16(bytes, position) : 0;
                if (position + 2 + length > bytes.Length)
                {
                    return null;
                }

                texts[i] = length == 0 ? string.Empty : Encoding.UTF8.GetString(bytes, position + 2, length);
                position += 2 + length;
            }

            record.Thing = texts[0];
            record.Certificate = texts[1];
            record.PrivateKey = texts[2];
            record.NextCertificate = texts[3];
            record.NextPrivateKey = texts[4];
            record.Token = texts[5];
            return record;
        }

        /// <summary>The record's bytes.</summary>
        public byte[] ToBytes()
        {
            var texts = new[] { Thing, Certificate, PrivateKey, NextCertificate, NextPrivateKey, Token };
            byte[] result = Der.Join(new byte[] { Version, (byte)(IsUnconfirmed ? 1 : 0), (byte)Seed.Length }, Seed);
            for (int i = 0; i < texts.Length; i++)
            {
                byte[] text = Encoding.UTF8.GetBytes(texts[i]);
                result = Der.Join(result, new byte[] { (byte)text.Length, (byte)(text.Length >> 8) }, text);
            }

            return result;
        }

        /// <summary>Forgets the certificate that was to come.</summary>
        public void DropNext()
        {
            NextCertificate = string.Empty;
            NextPrivateKey = string.Empty;
            Token = string.Empty;
        }
    }
}
