using NanoIoT.Cloud.Campaigns;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Tests;

[TestClass]
public sealed class CampaignDecisionTests
{
    [TestMethod]
    public void A_stage_waits_for_its_threshold_then_bakes_then_the_next_begins()
    {
        Campaign campaign = Create();

        Assert.AreEqual(CampaignStep.Wait, Decide(campaign, Counts(8, 2, 0), 0));
        Assert.AreEqual(CampaignStep.Satisfy, Decide(campaign, Counts(9, 1, 0), 0));
        Campaign baking = campaign with { StageSatisfied = 1000 };
        Assert.AreEqual(CampaignStep.Wait, Decide(baking, Counts(9, 1, 0), 60_999));
        Assert.AreEqual(CampaignStep.NextStage, Decide(baking, Counts(9, 1, 0), 61_000));
        Assert.AreEqual(CampaignStep.Unsatisfy, Decide(baking, Counts(9, 11, 0), 61_000));
    }

    [TestMethod]
    public void Failures_past_the_limit_abort_once_enough_boards_are_done()
    {
        Campaign campaign = Create();

        Assert.AreEqual(CampaignStep.Wait, Decide(campaign, Counts(0, 6, 4), 0), "4 are too few to judge");
        Assert.AreEqual(CampaignStep.Abort, Decide(campaign, Counts(4, 5, 1), 0), "1 of 5 is 20 %");
        Assert.AreEqual(CampaignStep.Wait, Decide(campaign, Counts(5, 4, 1), 0), "1 of 6 is below 20 %");
    }

    [TestMethod]
    public void A_stage_that_ended_below_its_threshold_aborts_and_says_why()
    {
        Campaign campaign = Create() with { Request = Create().Request with { AbortPercent = 100 } };

        CampaignDecision decision = CampaignDecision.Decide(campaign, Counts(8, 0, 2), Counts(8, 0, 2), 0);

        Assert.AreEqual(CampaignStep.Abort, decision.Kind);
        StringAssert.Contains(decision.Reason, "8 of 10", StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_last_stage_completes_when_all_are_done()
    {
        Campaign campaign = Create() with { Stage = 1, StageSatisfied = 0 };

        Assert.AreEqual(CampaignStep.Wait, Decide(campaign, Counts(9, 1, 0), 1));
        Assert.AreEqual(CampaignStep.Complete, Decide(campaign, Counts(10, 0, 0), 1));
        Assert.AreEqual(CampaignStep.Complete, Decide(campaign, Counts(0, 0, 0), 1), "nobody to update");
    }

    [TestMethod]
    public void What_stands_on_the_topics_follows_stage_and_status()
    {
        Campaign campaign = Create();
        Assert.AreEqual(1, campaign.Wanted().Count);
        Assert.AreEqual(2500, (campaign with { Stage = 1 }).Wanted()["nanoiot/ota/group/field/app"].Permyriad);
        Assert.AreEqual(CampaignStates.Canceled, (campaign with { Status = CampaignStatus.Aborted }).Wanted()["nanoiot/ota/group/lab/app"].State);
        Assert.AreEqual(CampaignStates.Paused, (campaign with { Status = CampaignStatus.Paused }).Wanted()["nanoiot/ota/group/lab/app"].State);
    }

    private static CampaignStep Decide(Campaign campaign, StageCounts counts, long now) => CampaignDecision.Decide(campaign, counts, counts, now).Kind;

    private static StageCounts Counts(int succeeded, int pending, int failed)
    {
        var counts = new StageCounts();
        for (int i = 0; i < succeeded + pending + failed; i++)
        {
            counts.Add(i < succeeded ? UpdateStates.Succeeded : i < succeeded + pending ? null : UpdateStates.RolledBack);
        }

        return counts;
    }

    private static Campaign Create() => new()
    {
        Id = "c",
        Request = new CampaignRequest
        {
            Component = "app",
            Version = "1.1.0",
            Stages = [new CampaignStage { Group = "lab", SuccessPercent = 90, BakeSeconds = 60 }, new CampaignStage { Group = "field", Percent = 25, SuccessPercent = 90 }],
            AbortPercent = 20,
            AbortMinimum = 5,
        },
        Salt = "s",
        Status = CampaignStatus.Running,
        Created = 0,
        Url = "u",
        UrlExpires = 0,
    };
}
