namespace NanoIoT.Cloud.Hosting;

/// <summary>One kind of data that is deleted after its time.</summary>
/// <param name="What">What it is, for the log.</param>
/// <param name="DeleteAsync">Deletes what has been kept long enough, and returns how many were deleted.</param>
internal sealed record RetentionPart(string What, Func<RetentionTimes, CancellationToken, Task<int>> DeleteAsync);

/// <summary>The times of one round of retention, Unix milliseconds.</summary>
/// <param name="Now">
/// The present, for data that has its own end: campaigns' time or the machine's, whichever is earlier, so that no clock
/// that was set ends anything before its time.
/// </param>
/// <param name="Before">What is older than this is deleted, where the options say how long it is kept.</param>
internal readonly record struct RetentionTimes(long Now, long Before);
