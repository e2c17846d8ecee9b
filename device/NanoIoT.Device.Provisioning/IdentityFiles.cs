using System;
using System.IO;
using NanoIoT.Device.Board;

namespace NanoIoT.Device.Provisioning
{
    /// <summary>The identity's two records as files beside the agent's settings: a folder of their own would cost two blocks of flash.</summary>
    internal sealed class IdentityFiles : IJournalPort
    {
        private readonly string _path;

        public IdentityFiles(string folder)
        {
            _path = folder + "\\identity.";
        }

        public byte[]? Read(int slot) => ReadOrNull(_path + slot.ToString());

        public bool Write(int slot, byte[] record)
        {
            try
            {
                File.WriteAllBytes(_path + slot.ToString(), record);
                return true;
            }
            catch (Exception)
            {
                // A full drive or a bad block: the other record counts.
                return false;
            }
        }

        /// <summary>A file's content, or null where it is not there or cannot be read.</summary>
        public static byte[]? ReadOrNull(string path)
        {
            try
            {
                return File.Exists(path) ? File.ReadAllBytes(path) : null;
            }
            catch (Exception)
            {
                // A file that cannot be read is as good as none.
                return null;
            }
        }

        /// <summary>Deletes a file that is not needed any more.</summary>
        public static void Delete(string path)
        {
            try
            {
                if (File.Exists(path))
                {
                    File.Delete(path);
                }
            }
            catch (Exception)
            {
                // It is deleted at the next start.
                return;
            }
        }
    }
}
