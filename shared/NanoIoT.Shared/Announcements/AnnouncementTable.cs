using System.Collections;

namespace NanoIoT.Shared
{
    /// <summary>
    /// The newest announcement of each topic that a board hears, at most eight. "Which announcement counts" in the README of
    /// <c>shared/</c> is the rule that this table and <see cref="Candidate.IsBetterThan"/> implement.
    /// </summary>
    public sealed class AnnouncementTable
    {
        private const int MaxEntries = 8;

        /// <summary>The announcements, each a <see cref="Candidate"/>.</summary>
        public readonly ArrayList Entries = new ArrayList();

        /// <summary>
        /// Puts an announcement in the place of the topic's older one; an older revision of the same campaign is ignored.
        /// </summary>
        /// <param name="topic">The topic.</param>
        /// <param name="candidate">The announcement, or null where the topic has none any more.</param>
        public void Put(string topic, Candidate? candidate)
        {
            for (int i = 0; i < Entries.Count; i++)
            {
                var known = (Candidate)Entries[i]!;
                if (known.Topic == topic)
                {
                    if (candidate != null
                        && known.Announcement.Campaign == candidate.Announcement.Campaign
                        && known.Announcement.Revision > candidate.Announcement.Revision)
                    {
                        return;
                    }

                    Entries.RemoveAt(i);
                    break;
                }
            }

            if (candidate != null)
            {
                if (Entries.Count == MaxEntries)
                {
                    Entries.RemoveAt(0);
                }

                Entries.Add(candidate);
            }
        }

        /// <summary>
        /// The announcement that has a campaign's state and URL: one that cancels it, on whatever topic; else the highest revision.
        /// </summary>
        /// <param name="campaign">The campaign.</param>
        /// <returns>The announcement, or null where the campaign is not announced.</returns>
        public Candidate? Newest(string campaign)
        {
            Candidate? newest = null;
            for (int i = 0; i < Entries.Count; i++)
            {
                var entry = (Candidate)Entries[i]!;
                Announcement announcement = entry.Announcement;
                if (announcement.Campaign != campaign)
                {
                    continue;
                }

                if (announcement.State == CampaignStates.Canceled)
                {
                    return entry;
                }

                if (newest == null || announcement.Revision > newest.Announcement.Revision)
                {
                    newest = entry;
                }
            }

            return newest;
        }
    }
}
