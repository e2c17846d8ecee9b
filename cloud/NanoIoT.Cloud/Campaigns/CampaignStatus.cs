namespace NanoIoT.Cloud.Campaigns;

/// <summary>States of a campaign.</summary>
public static class CampaignStatus
{
    /// <summary>Boards are updating.</summary>
    public const string Running = "running";

    /// <summary>Nobody begins until it is resumed.</summary>
    public const string Paused = "paused";

    /// <summary>Every board of every stage is done.</summary>
    public const string Completed = "completed";

    /// <summary>Too many failed.</summary>
    public const string Aborted = "aborted";

    /// <summary>Somebody canceled it.</summary>
    public const string Canceled = "canceled";
}
