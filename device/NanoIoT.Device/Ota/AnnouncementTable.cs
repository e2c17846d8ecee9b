using System.Collections;
using NanoIoT.Shared;

namespace NanoIoT.Device.Ota
{
    /// <summary>
    /// The newest announcement of each topic, at most eight. The one that counts is the most specific, and of equally
    /// specific ones that with the highest version.
    /// </summary>
    internal sealed class AnnouncementTable
    {
        private const int MaxEntries = 8;

        private readonly ArrayList _entries = new ArrayList();

        public void Remove(string topic)
        {
            int index = Find(topic);
            if (index >= 0)
            {
                _entries.RemoveAt(index);
            }
        }

        /// <summary>Takes an announcement in place of the topic's older one.</summary>
        /// <returns>False where the topic has a newer revision of the same campaign.</returns>
        public bool Put(Candidate candidate)
        {
            int index = Find(candidate.Topic);
            if (index >= 0)
            {
                var known = (Candidate)_entries[index]!;
                if (known.Announcement.Campaign == candidate.Announcement.Campaign && known.Announcement.Revision > candidate.Announcement.Revision)
                {
                    return false;
                }

                _entries.RemoveAt(index);
            }

            if (_entries.Count == MaxEntries)
            {
                _entries.RemoveAt(0);
            }

            _entries.Add(candidate);
            return true;
        }

        /// <summary>The announcement that counts for a component, or null.</summary>
        public Candidate? Best(string component)
        {
            Candidate? best = null;
            for (int i = 0; i < _entries.Count; i++)
            {
                var entry = (Candidate)_entries[i]!;
                if (entry.Manifest.Component == component && (best == null || entry.IsBetterThan(best)))
                {
                    best = entry;
                }
            }

            return best;
        }

        private int Find(string topic)
        {
            for (int i = 0; i < _entries.Count; i++)
            {
                if (((Candidate)_entries[i]!).Topic == topic)
                {
                    return i;
                }
            }

            return -1;
        }
    }
}
