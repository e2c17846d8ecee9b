using System.Collections.Concurrent;
using System.Globalization;

namespace NanoIoT.Cloud.Hosting;

/// <summary>When the certificates of the service expire: whoever opens, issues or sees one says so here.</summary>
/// <param name="time">The clock.</param>
internal sealed class CertificateWatch(TimeProvider time)
{
    private static readonly TimeSpan s_notice = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);

    /// <summary>All certificates, with their ends.</summary>
    public IEnumerable<(string Name, DateTimeOffset End)> All => _ends.OrderBy(item => item.Value).Select(item => (item.Key, item.Value));

    /// <summary>What expires within 30 days, or has expired.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            DateTimeOffset now = time.GetUtcNow();
            return [.. All.Where(item => item.End - now <= s_notice).Select(item => Describe(item.Name, item.End, now))];
        }
    }

    /// <summary>Notes a certificate, or a newer one in its place.</summary>
    public void Set(string name, DateTimeOffset end) => _ends[name] = end;

    private static string Describe(string name, DateTimeOffset end, DateTimeOffset now)
    {
        string day = end.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return end <= now
            ? $"The certificate {name} expired on {day}."
            : string.Create(CultureInfo.InvariantCulture, $"The certificate {name} expires on {day}, in {Math.Ceiling((end - now).TotalDays)} days.");
    }
}
