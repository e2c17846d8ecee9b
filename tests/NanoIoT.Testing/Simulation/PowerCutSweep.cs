using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Testing.Simulation;

/// <summary>
/// Takes the power away at every operation of a whole update that outlives power: flash erases and writes, file-system
/// commits and deletes, journal and boot records, the boot loader's swaps. After each cut the board boots again, and must
/// run a whole image, finish the update (this campaign or the next one), and have told the cloud the truth.
/// </summary>
public sealed class PowerCutSweep
{
    private readonly HardwareProfile _profile;
    private readonly BoardHardware _factory;
    private readonly string _health;
    private readonly string _component;
    private readonly List<string> _failures = [];

    /// <summary>Creates the sweep.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="health">The new application's health: good for an update, bad for a revert.</param>
    /// <param name="component">The component that is updated.</param>
    public PowerCutSweep(HardwareProfile profile, string health = "good", string component = Fields.App)
    {
        ArgumentNullException.ThrowIfNull(profile);
        _profile = profile;
        _health = health;
        _component = component;
        _factory = UpdateOnce();
        Operations = CountOperations();
    }

    /// <summary>Operations of the whole update.</summary>
    public long Operations { get; }

    /// <summary>Cases tried so far.</summary>
    public int Cases { get; private set; }

    /// <summary>What did not hold.</summary>
    public IReadOnlyList<string> Failures => _failures;

    private bool IsFat => _profile.Update.Slots?.Type == "fat";

    private string From => _component == Fields.Clr ? "1.17.5" : "1.5.0";

    private string To => _component == Fields.Clr ? "1.18.0" : "2.0.0";

    /// <summary>One cut at each operation, in each way a write can be torn.</summary>
    public void RunAll()
    {
        for (long operation = 0; operation < Operations; operation++)
        {
            foreach ((TornWrite torn, int damage) in Tears())
            {
                Try([operation], torn, damage);
            }
        }
    }

    /// <summary>Two cuts in one update, the second somewhere after the first.</summary>
    /// <param name="count">How many pairs.</param>
    /// <param name="seed">What they are drawn with.</param>
    public void RunPairs(int count, int seed)
    {
        var random = new Random(seed);
        (TornWrite, int)[] tears = [.. Tears()];
        for (int i = 0; i < count; i++)
        {
            (TornWrite torn, int damage) = tears[random.Next(tears.Length)];
            Try([random.NextInt64(Operations), random.NextInt64(Operations)], torn, damage);
        }
    }

    private IEnumerable<(TornWrite Torn, int Damage)> Tears()
    {
        foreach (TornWrite torn in Enum.GetValues<TornWrite>())
        {
            for (int damage = 0; damage < (IsFat ? 4 : 1); damage++)
            {
                yield return (torn, damage);
            }
        }
    }

    /// <summary>
    /// Hardware after one update: both slots, the boot record and the journal hold what an update leaves, which is more to
    /// get wrong than a factory's blank.
    /// </summary>
    private BoardHardware UpdateOnce()
    {
        var scene = new SimulatedScene(_profile);
        scene.PublishAny(_component, From, "good");
        scene.Announce("before", From, _component);
        SimulatedBoard board = scene.CreateBoard();
        board.PowerOn();
        SimulatedProgress? end = scene.RunToEnd(board, "before");
        scene.Wait(60000);
        return end?.State == UpdateStates.Succeeded ? board.Hardware.Clone() : throw new InvalidOperationException($"{_profile.Name}: the first update ends {end}");
    }

    private long CountOperations()
    {
        (SimulatedScene scene, SimulatedBoard board) = Begin(0);
        board.Boot();
        SimulatedProgress? end = scene.RunToEnd(board, "c");
        string expected = _health == "good" ? UpdateStates.Succeeded : UpdateStates.RolledBack;
        return end?.State == expected
            ? board.Hardware.Power.Operations
            : throw new InvalidOperationException($"{_profile.Name}: the update without a cut ends {end}: {string.Join('\n', board.LogLines.TakeLast(15))}\n{string.Join('\n', scene.Cloud.Reports)}");
    }

    private (SimulatedScene Scene, SimulatedBoard Board) Begin(int damage)
    {
        var scene = new SimulatedScene(_profile, _factory);
        scene.PublishAny(_component, To, _health);
        scene.Announce("c", To, _component);
        SimulatedBoard board = scene.CreateBoard();
        board.Hardware.Files.FatDamage = damage;
        board.Hardware.Power.TurnOn();
        return (scene, board);
    }

    private void Try(long[] cuts, TornWrite torn, int damage)
    {
        Cases++;
        string name = $"{_profile.Name} {_component} {_health}, cut at {string.Join(" and then ", cuts)} of {Operations}, {torn}, damage {damage}";
        try
        {
            string? fault = Check(cuts, torn, damage);
            if (fault is not null)
            {
                _failures.Add($"{name}: {fault}");
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _failures.Add($"{name}: {exception}");
        }
    }

    private string? Check(long[] cuts, TornWrite torn, int damage)
    {
        // The first cut may be at the very first operation, so it is set before the boot.
        (SimulatedScene scene, SimulatedBoard board) = Begin(damage);
        foreach (long cut in cuts)
        {
            board.Hardware.Power.CutAfter(cut, torn);
            board.Hardware.Power.TurnOnWithCut();
            board.Boot();
            scene.Time.Run(() => !board.Hardware.Power.IsOn || IsOver(scene, board, "c"), 3600_000);
            if (board.IsBricked)
            {
                return "bricked before the cut";
            }

            board.PowerOff();
        }

        board.PowerOn();
        SimulatedProgress? end = scene.RunToEnd(board, "c");
        if (board.IsBricked)
        {
            return "BRICKED";
        }

        if (end is null)
        {
            return "not over: " + string.Join(" | ", scene.Cloud.Reports.TakeLast(4).Concat(board.LogLines.TakeLast(4)));
        }

        string? lie = Compare(board, end);
        if (lie is not null || _health != "good" || end.State == UpdateStates.Succeeded)
        {
            return lie;
        }

        // A reset during the trial uses it up, as with MCUboot: the next campaign must bring the update.
        scene.Announce("d", To, _component);
        SimulatedProgress? second = scene.RunToEnd(board, "d");
        return second?.State != UpdateStates.Succeeded ? $"the next campaign ends {second}" : Compare(board, second);
    }

    private static bool IsOver(SimulatedScene scene, SimulatedBoard board, string campaign) =>
        scene.ProgressOf(board, campaign) is SimulatedProgress progress && UpdateStates.IsFinal(progress.State);

    /// <summary>Whether what the cloud believes is what the board runs.</summary>
    private string? Compare(SimulatedBoard board, SimulatedProgress end)
    {
        if (_health != "good" && end.State == UpdateStates.Succeeded)
        {
            return "firmware that is not healthy succeeded";
        }

        string running = _component == Fields.Clr ? board.Hardware.ClrVersion.ToString() : board.RunningVersion ?? "nothing";
        string believed = end.State == UpdateStates.Succeeded ? To : From;
        return running == believed ? null : $"the cloud has {end.State} ({end.Reason}), the board runs {running}";
    }
}
