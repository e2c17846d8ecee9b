namespace NanoIoT.Cloud.Campaigns;

/// <summary>Steps of a campaign.</summary>
public enum CampaignStep
{
    /// <summary>Nothing changes.</summary>
    Wait,

    /// <summary>The stage met its threshold: its bake time begins.</summary>
    Satisfy,

    /// <summary>More boards joined the stage and it no longer meets its threshold.</summary>
    Unsatisfy,

    /// <summary>The next stage begins.</summary>
    NextStage,

    /// <summary>The campaign is done.</summary>
    Complete,

    /// <summary>The campaign is aborted.</summary>
    Abort,
}
