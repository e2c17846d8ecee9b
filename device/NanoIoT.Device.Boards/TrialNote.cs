using System;
using System.IO;
using System.Text;

namespace NanoIoT.Device.Boards
{
    /// <summary>
    /// A line that firmware on trial leaves for the firmware that follows, in a file. It only explains: without it the trial
    /// ends the same way.
    /// </summary>
    public static class TrialNote
    {
        private const string Name = "\\trial";
        private const int MaxBytes = 160;

        /// <summary>Leaves the note.</summary>
        /// <param name="folder">The folder of the agent's state.</param>
        /// <param name="text">A reason code, a space, more.</param>
        public static void Leave(string folder, string text)
        {
            try
            {
                if (!Directory.Exists(folder))
                {
                    Directory.CreateDirectory(folder);
                }

                File.WriteAllBytes(folder + Name, Encoding.UTF8.GetBytes(text.Length > MaxBytes ? text.Substring(0, MaxBytes) : text));
            }
            catch (Exception)
            {
                // No room, no memory: the trial ends without a word.
                return;
            }
        }

        /// <summary>Takes the note away.</summary>
        /// <param name="folder">The folder of the agent's state.</param>
        /// <returns>The note, or null.</returns>
        public static string? Take(string folder)
        {
            try
            {
                string path = folder + Name;
                if (!File.Exists(path))
                {
                    return null;
                }

                byte[] bytes = File.ReadAllBytes(path);
                File.Delete(path);
                return bytes.Length == 0 || bytes.Length > MaxBytes ? null : Encoding.UTF8.GetString(bytes, 0, bytes.Length);
            }
            catch (Exception)
            {
                // As if there were none.
                return null;
            }
        }
    }
}
