namespace NanoIoT.Cloud.Campaigns.Progress;

/// <summary>What became of a board's report.</summary>
/// <param name="IsNew">Whether it was stored. A report that is stored already, or older than the stored one, is not.</param>
/// <param name="Refusal">One of <see cref="ReportRefusals"/> where the report was refused; else null.</param>
/// <param name="Detail">What is wrong, with the values; null where it was not refused.</param>
public readonly record struct ReportOutcome(bool IsNew, string? Refusal = null, string? Detail = null)
{
    internal static ReportOutcome Refuse(string code, string detail) => new(false, code, detail);
}
