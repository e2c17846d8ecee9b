namespace NanoIoT.Cloud.Campaigns.Progress;

/// <summary>
/// Stable codes for why the service refuses a report. A refused report is logged and acknowledged, and nothing of it is stored: sent
/// again, it would be refused again.
/// </summary>
public static class ReportRefusals
{
    /// <summary>The payload is not a report of the contract.</summary>
    public const string Malformed = "report-malformed";

    /// <summary>The report came with the certificate of another thing than the one its topic names.</summary>
    public const string WrongSender = "report-wrong-sender";

    /// <summary>The registry has no such thing.</summary>
    public const string UnknownThing = "report-unknown-thing";

    /// <summary>There is no such campaign, or it has not made that call.</summary>
    public const string UnknownCampaign = "report-unknown-campaign";

    /// <summary>The campaign updates another component.</summary>
    public const string WrongComponent = "report-wrong-component";

    /// <summary>The campaign brings another version.</summary>
    public const string WrongVersion = "report-wrong-version";

    /// <summary>No stage of the campaign that has begun is for the thing, and it has not reported before.</summary>
    public const string NotInCampaign = "report-not-in-campaign";

    /// <summary>The report's number is higher than a board ever counts in one campaign.</summary>
    public const string TooManyReports = "report-too-many";

    /// <summary>The agent's shadow reports a version of one component more than a thing can have.</summary>
    public const string TooManyComponents = "report-too-many-components";
}
