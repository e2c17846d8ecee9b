namespace NanoIoT.Cloud.Campaigns;

/// <summary>What the engine does with a campaign next.</summary>
/// <param name="Kind">What.</param>
/// <param name="Reason">Why, for what ends a campaign.</param>
public sealed record CampaignDecision(CampaignStep Kind, string? Reason = null)
{
    /// <summary>Decides, from the campaign, its counts and the time alone.</summary>
    /// <param name="campaign">The campaign, running.</param>
    /// <param name="stage">Counts of the stage under way.</param>
    /// <param name="total">Counts of everything that reported, and of all targets so far.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <returns>The decision.</returns>
    public static CampaignDecision Decide(Campaign campaign, StageCounts stage, StageCounts total, long now)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(total);
        CampaignRequest request = campaign.Request;
        if (total.Done >= request.AbortMinimum && total.Unsuccessful * 100L >= (long)request.AbortPercent * total.Done && total.Unsuccessful > 0)
        {
            return new CampaignDecision(CampaignStep.Abort, $"{total.Unsuccessful} of {total.Done} boards that are done did not succeed (limit {request.AbortPercent} % of at least {request.AbortMinimum})");
        }

        CampaignStage current = request.Stages[campaign.Stage];
        bool satisfied = stage.Succeeded * 100L >= (long)current.SuccessPercent * stage.Targets;
        bool isLast = campaign.Stage == request.Stages.Count - 1;
        if (!satisfied)
        {
            return stage.Done == stage.Targets
                ? new CampaignDecision(CampaignStep.Abort, $"stage {current} ended with {stage.Succeeded} of {stage.Targets} succeeded (threshold {current.SuccessPercent} %)")
                : new CampaignDecision(campaign.StageSatisfied is null ? CampaignStep.Wait : CampaignStep.Unsatisfy);
        }

        if (campaign.StageSatisfied is not long since)
        {
            return new CampaignDecision(CampaignStep.Satisfy);
        }

        if (stage.Targets > 0 && now - since < current.BakeSeconds * 1000L)
        {
            return new CampaignDecision(CampaignStep.Wait);
        }

        if (!isLast)
        {
            return new CampaignDecision(CampaignStep.NextStage);
        }

        return new CampaignDecision(total.Done >= total.Targets ? CampaignStep.Complete : CampaignStep.Wait);
    }
}
