using System;
using System.Text;
using NanoIoT.Shared;

namespace SelfTest
{
    /// <summary>The update state machine, on a board in RAM.</summary>
    internal static class Updates
    {
        // A manifest of version 2.0.0 for profile SELFTEST, over the image MemoryBoard makes, and its signature.
        private const string Manifest =
            "eyJ2IjoxLCJjb21wb25lbnQiOiJhcHAiLCJ2ZXJzaW9uIjoiMi4wLjAiLCJraW5kIjoibWN1Ym9vdCIsInNpemUiOjYwMDAsInNoYTI1NiI6ImMwYjg5NWEwMzFlOTM5MTFhY2MzMjlhNWFl"
            + "MjU2YTQ5OTQxZDkzM2M1YmE4YjIzNWQ5ZjY2OWY5MThmZjc0OGMiLCJjaHVua1NpemUiOjEwMjQsImRpZ2VzdHMiOnsiaG1hYyI6IjNiODc3MjY0MjU0ZDE2MmJiYjdkYTE1MjU3ODAx"
            + "NGRlMmRiMWMzMDNlMDA0ZGM1OTAxNDY2YjExZDIyZjdjNjQiLCJvZmZzZXQiOjYwMDB9LCJwcm9maWxlcyI6WyJTRUxGVEVTVCJdLCJyZXF1aXJlcyI6e30sInJvbGxiYWNrSW5kZXgi"
            + "OjB9";

        private const string Signature = "tvfp9uPESxxCUsoljDD0G4uxXal2TE04EciF1dtMq7hnaDm2giIyw0/YwS4ynVgm+DIMu2cfcMx0ag6jieMKuQ==";

        public static void Run(Results results)
        {
            Success(results);
            Resume(results);
            BadChunk(results);
            BadSignature(results);
            Rollback(results);
            JournalRecovery(results);
        }

        private static void Success(Results results)
        {
            MemoryBoard board = Announce("a", Signature);
            board.Run(600);
            results.Check("update succeeds", board.RunningVersion == "2.0.0" && board.LastState == UpdateStates.Succeeded);
            results.Check("update takes four reports", board.Reports == 4);
            int boots = board.Boots;
            board.Deliver();
            board.Run(600);
            results.Check("the same announcement does nothing", board.Boots == boots);
        }

        private static void Resume(Results results)
        {
            MemoryBoard board = Announce("b", Signature);
            board.StopAfterWrites = 3;
            board.Run(600);
            bool stopped = board.Written == 3 * 1024;
            board.StopAfterWrites = int.MaxValue;
            board.PowerCut();
            board.Deliver();
            board.Run(600);
            results.Check("download resumes after a power cut", stopped && board.LastState == UpdateStates.Succeeded && board.FirstRange == 3 * 1024);
        }

        private static void BadChunk(Results results)
        {
            MemoryBoard board = Announce("c", Signature);
            board.CorruptReads = 2;
            board.Run(600);
            results.Check("bad chunk is fetched again", board.LastState == UpdateStates.Succeeded && board.RunningVersion == "2.0.0");
            board = Announce("d", Signature);
            board.CorruptReads = int.MaxValue;
            board.Run(3600);
            results.Check("bad chunks for ever fail", board.LastState == UpdateStates.Failed && board.LastReason == ReasonCodes.DownloadWrongBytes && board.RunningVersion == "1.0.0");
        }

        private static void BadSignature(Results results)
        {
            MemoryBoard board = Announce("e", "A" + Signature.Substring(1));
            board.Run(600);
            results.Check("bad signature is rejected", board.LastState == UpdateStates.Rejected && board.LastReason == ReasonCodes.BadSignature && board.Written == 0);
        }

        private static void Rollback(Results results)
        {
            MemoryBoard board = Announce("f", Signature);
            board.IsHealthy = false;
            board.Run(600);
            results.Check("unhealthy firmware goes back", board.RunningVersion == "1.0.0" && board.LastState == UpdateStates.RolledBack && board.LastReason == ReasonCodes.HealthCheckFailed);
            board = Announce("g", Signature);
            board.AnswersHealth = false;
            board.Run(600);
            results.Check("silent firmware goes back", board.RunningVersion == "1.0.0" && board.LastReason == ReasonCodes.TrialTimeout);
        }

        private static void JournalRecovery(Results results)
        {
            bool all = true;
            for (int torn = 0; torn < 2; torn++)
            {
                MemoryBoard board = Announce("h", Signature);
                board.StopAfterWrites = 3;
                board.Run(600);
                board.StopAfterWrites = int.MaxValue;
                board.TearJournal(torn);
                board.PowerCut();
                board.Deliver();
                board.Run(600);
                all &= board.LastState == UpdateStates.Succeeded && board.RunningVersion == "2.0.0";
            }

            results.Check("either journal record may be torn", all);
            MemoryBoard lost = Announce("i", Signature);
            lost.StopAfterWrites = 3;
            lost.Run(600);
            lost.StopAfterWrites = int.MaxValue;
            lost.TearJournal(0);
            lost.TearJournal(1);
            lost.PowerCut();
            lost.Deliver();
            lost.Run(600);
            results.Check("both journal records may be lost", lost.LastState == UpdateStates.Succeeded && lost.RunningVersion == "2.0.0");
        }

        private static MemoryBoard Announce(string campaign, string signature)
        {
            string json = "{\"v\":1,\"campaign\":\"" + campaign + "\",\"revision\":1,\"state\":\"active\",\"manifest\":\"" + Manifest + "\",\"signature\":\"" + signature
                + "\",\"keyId\":\"selftest\",\"url\":\"http://server/image\",\"gate\":{\"permyriad\":10000,\"salt\":\"s\",\"spreadSeconds\":0}}";
            var board = new MemoryBoard(Encoding.UTF8.GetBytes(json));
            board.PowerOn();
            return board;
        }
    }
}
