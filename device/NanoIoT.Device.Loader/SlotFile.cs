using System;
using System.IO;
using System.Security.Cryptography;
using NanoIoT.Shared;

namespace NanoIoT.Device.Loader
{
    /// <summary>One slot: a file with the bundle's data, and a file with its digest list. Reads never leave a handle open.</summary>
    internal sealed class SlotFile
    {
        private readonly byte[] _digestKey = Contract.GetDigestKey();

        public SlotFile(string folder, int index)
        {
            DataPath = folder + (index == 0 ? "\\a.bin" : "\\b.bin");
            ListPath = folder + (index == 0 ? "\\a.lst" : "\\b.lst");
        }

        public string DataPath { get; }

        public string ListPath { get; }

        /// <summary>Reads bytes.</summary>
        /// <returns>False where they are not there.</returns>
        public static bool ReadAt(string path, int offset, byte[] buffer, int count)
        {
            try
            {
                if (!File.Exists(path))
                {
                    return false;
                }

                using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read))
                {
                    if (stream.Length < offset + (long)count)
                    {
                        return false;
                    }

                    stream.Seek(offset, SeekOrigin.Begin);
                    return ReadNext(stream, buffer, count);
                }
            }
            catch (Exception)
            {
                // A file that cannot be read holds nothing.
                return false;
            }
        }

        private static bool ReadNext(FileStream stream, byte[] buffer, int count)
        {
            int read = 0;
            while (read < count)
            {
                int got = stream.Read(buffer, read, count - read);
                if (got <= 0)
                {
                    return false;
                }

                read += got;
            }

            return true;
        }

        public static int LengthOf(string path)
        {
            try
            {
                if (!File.Exists(path))
                {
                    return 0;
                }

                using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read))
                {
                    return (int)stream.Length;
                }
            }
            catch (Exception)
            {
                return 0;
            }
        }

        /// <summary>The bundle's header, or null where there is none that is whole.</summary>
        public Bundle? ReadHeader()
        {
            var head = new byte[Bundle.FixedBytes];
            if (!ReadAt(DataPath, 0, head, head.Length))
            {
                return null;
            }

            int length = Bundle.HeaderLengthOf(head);
            if (length == 0)
            {
                return null;
            }

            var header = new byte[length];
            return ReadAt(DataPath, 0, header, length) ? Bundle.Read(header) : null;
        }

        /// <summary>Reads the whole slot, a chunk at a time, and checks every chunk.</summary>
        /// <param name="digest">Takes the first bytes of what the digest list hashes to.</param>
        /// <returns>The bundle, or null where anything is missing or damaged.</returns>
        public Bundle? Check(byte[] digest)
        {
            Bundle? bundle = ReadHeader();
            if (bundle == null)
            {
                return null;
            }

            try
            {
                // At every boot: so each file is opened once, not for each chunk.
                using (var data = new FileStream(DataPath, FileMode.Open, FileAccess.Read))
                using (var list = new FileStream(ListPath, FileMode.Open, FileAccess.Read))
                {
                    return CheckChunks(bundle, data, list, digest) ? bundle : null;
                }
            }
            catch (Exception)
            {
                // A file that cannot be read holds nothing.
                return null;
            }
        }

        private bool CheckChunks(Bundle bundle, FileStream data, FileStream list, byte[] digest)
        {
            int chunks = bundle.DataLength / bundle.ChunkSize;
            var chunk = new byte[bundle.ChunkSize];
            var expected = new byte[Contract.DigestBytes];
            byte[] chain = new byte[0];
            for (int i = 0; i < chunks; i++)
            {
                if (!ReadNext(data, chunk, chunk.Length) || !ReadNext(list, expected, expected.Length))
                {
                    return false;
                }

                byte[] actual = HMACSHA256.HashData(_digestKey, chunk);
                var link = new byte[chain.Length + actual.Length];
                Array.Copy(chain, 0, link, 0, chain.Length);
                Array.Copy(actual, 0, link, chain.Length, actual.Length);
                chain = HMACSHA256.HashData(_digestKey, link);
                for (int k = 0; k < actual.Length; k++)
                {
                    if (actual[k] != expected[k])
                    {
                        return false;
                    }
                }
            }

            Array.Copy(chain, 0, digest, 0, BootRecord.DigestBytes);
            return true;
        }

        public void Delete()
        {
            DeleteFile(DataPath);
            DeleteFile(ListPath);
        }

        private static void DeleteFile(string path)
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
    }
}
