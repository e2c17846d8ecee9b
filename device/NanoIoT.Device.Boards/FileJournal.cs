using System;
using System.IO;
using NanoIoT.Device.Board;

namespace NanoIoT.Device.Boards
{
    /// <summary>Two files. What is written is durable when the file is closed; nothing earlier is (littlefs).</summary>
    public sealed class FileJournal : IJournalPort
    {
        private readonly string _folder;

        /// <summary>Creates the journal.</summary>
        /// <param name="folder">Its folder.</param>
        public FileJournal(string folder)
        {
            _folder = folder;
        }

        /// <inheritdoc/>
        public byte[]? Read(int slot)
        {
            try
            {
                string path = PathOf(slot);
                return File.Exists(path) ? File.ReadAllBytes(path) : null;
            }
            catch (Exception)
            {
                // A file that cannot be read is as good as none: the other record counts.
                return null;
            }
        }

        /// <inheritdoc/>
        public bool Write(int slot, byte[] record)
        {
            try
            {
                if (!Directory.Exists(_folder))
                {
                    Directory.CreateDirectory(_folder);
                }

                File.WriteAllBytes(PathOf(slot), record);
                return true;
            }
            catch (Exception)
            {
                // The caller says so in the log and goes on with what is stored.
                return false;
            }
        }

        private string PathOf(int slot) => _folder + "\\update." + slot.ToString();
    }
}
