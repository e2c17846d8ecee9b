namespace NanoIoT.Cloud.Campaigns.Machine;

/// <summary>States of a campaign.</summary>
public static class CampaignStatus
{
    /// <summary>Its start, or a campaign that comes before it, is awaited.</summary>
    public const string Scheduled = "scheduled";

    /// <summary>Boards are updating.</summary>
    public const string Running = "running";

    /// <summary>Nobody begins until it is resumed.</summary>
    public const string Paused = "paused";

    /// <summary>Every board of every stage is done, or its end came.</summary>
    public const string Completed = "completed";

    /// <summary>Too many failed, or a campaign it depends on did not complete.</summary>
    public const string Aborted = "aborted";

    /// <summary>Somebody canceled it, or its end did.</summary>
    public const string Canceled = "canceled";

    /// <summary>Whether nothing follows.</summary>
    /// <param name="status">The status.</param>
    /// <returns>True where it is an end.</returns>
    public static bool IsOver(string status) => status is Completed or Aborted or Canceled;
}
