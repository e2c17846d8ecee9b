using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using NanoIoT.Cloud.Campaigns.Plans;

namespace NanoIoT.Cloud.Campaigns.Machine;

/// <summary>A campaign as the store keeps it: its plan, and where it is.</summary>
public sealed record Campaign
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What was asked for.</summary>
    public required CampaignRequest Request { get; init; }

    /// <summary>The gate hash's salt.</summary>
    public required string Salt { get; init; }

    /// <summary>One of <see cref="CampaignStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is in that state, where it is not running.</summary>
    public string? Reason { get; init; }

    /// <summary>Grows by one with each change of the record; a writer that saw an older one loses.</summary>
    public long Version { get; init; }

    /// <summary>The stage under way, from 0.</summary>
    public int Stage { get; init; }

    /// <summary>When the stage under way met its threshold, Unix milliseconds, or null.</summary>
    public long? StageSatisfied { get; init; }

    /// <summary>The highest stage that somebody approved, or -1.</summary>
    public int Approved { get; init; } = -1;

    /// <summary>The stages that began: what each may open its gate to, and when it began.</summary>
    public IReadOnlyList<StageGate> Gates { get; init; } = [];

    /// <summary>How far the gate of the stage under way is open, in ten-thousandths.</summary>
    public int Gate { get; init; }

    /// <summary>When it was opened so far, Unix milliseconds.</summary>
    public long GateOpened { get; init; }

    /// <summary>From when boards' silence counts, Unix milliseconds: when a jump of the clock was confirmed last; 0 where none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SilenceFrom { get; init; }

    /// <summary>Over how many seconds the boards that it admitted last spread their start.</summary>
    public int GateSpread { get; init; }

    /// <summary>How long a board's download is assumed to take, seconds.</summary>
    public int DownloadSeconds { get; init; } = 1;

    /// <summary>How often boards that failed were called again.</summary>
    public int Attempt { get; init; }

    /// <summary>The campaign that brings boards back from this one; empty where there is none to bring, null where it was not looked for.</summary>
    public string? Counter { get; init; }

    /// <summary>The revision last used in an announcement.</summary>
    public long Revision { get; init; }

    /// <summary>When it was created, Unix milliseconds.</summary>
    public required long Created { get; init; }

    /// <summary>When it ended, Unix milliseconds, or null.</summary>
    public long? Ended { get; init; }

    /// <summary>The URL in its announcements.</summary>
    public required string Url { get; init; }

    /// <summary>When that URL stops working, Unix seconds.</summary>
    public required long UrlExpires { get; init; }

    /// <summary>What stands on each topic.</summary>
    public IReadOnlyDictionary<string, Announced> Announced { get; init; } = new Dictionary<string, Announced>();

    /// <summary>Whether somebody deletes it: it is announced no more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsBeingDeleted { get; init; }

    /// <summary>Whether the stage under way has begun, and does not await its approval.</summary>
    [JsonIgnore]
    public bool HasBegun => Gates.Count > Stage;

    /// <summary>Whether it has ended.</summary>
    [JsonIgnore]
    public bool IsOver => CampaignStatus.IsOver(Status);

    /// <summary>The gate hash's salt for a campaign: the same for the same id, so that a plan is exact before the campaign is created.</summary>
    /// <param name="id">The campaign.</param>
    /// <returns>16 hexadecimal digits.</returns>
    public static string SaltOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("nanoiot gate " + id)))[..16];

    /// <summary>How far a stage's gate is open.</summary>
    /// <param name="stage">The stage.</param>
    /// <returns>Ten-thousandths; 0 where it has not begun.</returns>
    public int GateOf(int stage) => stage >= Gates.Count ? 0 : stage == Stage ? Gate : Gates[stage].Share;
}
