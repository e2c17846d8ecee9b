using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Simulation;

/// <summary>
/// Runs a campaign against boards that are numbers: the real <see cref="CampaignMachine"/>, the real gate, virtual time. A million
/// boards take seconds. Boards follow the announcements that admit them, as real ones do ("Which announcement counts" in the README
/// of <c>shared/</c>). After each step it checks what must always hold: a board begins in the stage that the plan counts it in, no stage
/// takes more than its share, nobody begins after an abort, and a campaign that has not ended says what it waits for.
/// </summary>
public sealed class FleetSimulator
{
    private const long Epoch = 1_800_000_000_000;
    private const int IdleSeconds = 60;
    private static readonly string[] s_states = [.. StageCounts.All];

    private readonly SimulatedFleet _fleet;
    private readonly FleetBehavior _behavior;
    private readonly Random _random;
    private readonly CampaignRequest _plan;
    private readonly List<int>[] _byPlace = new List<int>[Contract.WholeFleetPermyriad];
    private readonly PriorityQueue<(int Board, State State, int Version), long> _events = new();
    private readonly sbyte[] _stageOf;
    private readonly State[] _stateOf;
    private readonly bool[] _timedOut;
    private readonly bool[] _isAdmitted;
    private readonly int[] _versionOf;
    private readonly int[][] _counts;
    private readonly GateCurve[] _audiences;
    private readonly int[] _shares;
    private readonly List<string> _broken = [];
    private GateCurve _fresh;
    private Campaign _campaign;
    private int _begun;
    private int _downloads;
    private int _mostDownloads;

    private FleetSimulator(CampaignRequest plan, SimulatedFleet fleet, FleetBehavior behavior)
    {
        _plan = plan;
        _fleet = fleet;
        _behavior = behavior;
        _random = new Random(behavior.Seed);
        _campaign = CampaignPlanner.Draft(plan with { Id = plan.Id ?? "simulation", Start = null, End = null, After = [], Window = null }, Math.Max(1, behavior.DownloadSeconds), Epoch);
        _stageOf = new sbyte[fleet.Count];
        _stateOf = new State[fleet.Count];
        _timedOut = new bool[fleet.Count];
        _isAdmitted = new bool[fleet.Count];
        _versionOf = new int[fleet.Count];
        _shares = new int[plan.Stages.Count];
        _counts = [.. plan.Stages.Select(_ => new int[s_states.Length])];
        Array.Fill(_stageOf, (sbyte)-1);
        for (int i = 0; i < _byPlace.Length; i++)
        {
            _byPlace[i] = [];
        }

        for (int board = 0; board < fleet.Count; board++)
        {
            _byPlace[fleet.PlaceOf(board)].Add(board);
        }

        _audiences = [.. Enumerable.Range(0, plan.Stages.Count).Select(stage => Curve(board => fleet.IsFor(board, stage)))];
        _fresh = _audiences[0];
        Join(0);
    }

    private enum State : byte
    {
        Pending,
        Accepted,
        Downloading,
        Staged,
        Testing,
        Succeeded,
        Failed,
        RolledBack,
        Rejected,
        TimedOut,
    }

    /// <summary>Runs a campaign to its end.</summary>
    /// <param name="plan">The plan; its schedule, windows and the campaigns before it are left out.</param>
    /// <param name="fleet">The boards.</param>
    /// <param name="behavior">What they do.</param>
    /// <param name="limit">When to give up, seconds of the fleet's time.</param>
    /// <param name="approves">Whether stages that need it are approved at once.</param>
    /// <returns>What came of it.</returns>
    public static SimulationResult Run(CampaignRequest plan, SimulatedFleet fleet, FleetBehavior behavior, long limit = 366L * 86400, bool approves = true)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(fleet);
        ArgumentNullException.ThrowIfNull(behavior);
        return new FleetSimulator(plan, fleet, behavior).Run(limit, approves);
    }

    private SimulationResult Run(long limit, bool approves)
    {
        var steps = new List<(long, string, string)>();
        var began = new List<long>();
        string? waiting = null;
        int[] openings = new int[_plan.Stages.Count];
        long now = 0;
        long ended = 0;
        while (now < limit)
        {
            Decision decision = CampaignMachine.Decide(_campaign, Facts(), Epoch + ((now + Offset(now)) * 1000));
            waiting = decision.Waiting;
            if (decision.Transition is Transition transition)
            {
                steps.Add((now, transition.What, transition.Why));
                bool begins = transition.Next.Gates.Count > _campaign.Gates.Count;
                openings[_campaign.Stage] += begins || transition.What == "opened" ? 1 : 0;
                Take(transition.Next, now);
                if (begins)
                {
                    began.Add(now);
                }

                continue;
            }

            if (_campaign.IsOver)
            {
                ended = ended == 0 ? now : ended;
            }
            else if (waiting is null)
            {
                _broken.Add($"second {now}: not ended, and waits for nothing");
            }

            if (approves && !_campaign.HasBegun && _campaign.Status == CampaignStatus.Running)
            {
                Take(CampaignMachine.Approve(_campaign, null).Next, now);
                continue;
            }

            if (_events.Count == 0 && _campaign.IsOver)
            {
                break;
            }

            now = _events.TryPeek(out _, out long next) ? Math.Min(next, now + IdleSeconds) : now + IdleSeconds;
            while (_events.TryPeek(out _, out next) && next <= now)
            {
                Happen(_events.Dequeue(), now);
            }
        }

        Dictionary<string, int> counts = StageCounts.Sum(Counts()).States.ToDictionary();
        return new SimulationResult(_campaign, waiting, counts, _campaign.IsOver ? ended : now, began, steps, openings, [.. _counts.Select(counts => counts.Sum())], _begun, _mostDownloads, _broken);
    }

    private long Offset(long now) => _behavior.ClockJumps.Where(jump => jump.At <= now).Sum(jump => jump.By);

    private CampaignFacts Facts() => new(Counts(), _audiences[_campaign.Stage], _fresh, new Dictionary<string, string?>());

    private StageCounts[] Counts()
    {
        var stages = new StageCounts[_campaign.Stage + 1];
        for (int i = 0; i < stages.Length; i++)
        {
            stages[i] = new StageCounts();
            for (int state = 0; state < s_states.Length; state++)
            {
                stages[i].Add(s_states[state], _counts[i][state]);
            }
        }

        return stages;
    }

    private GateCurve Curve(Func<int, bool> holds)
    {
        int[] boards = new int[Contract.WholeFleetPermyriad];
        for (int place = 0; place < boards.Length; place++)
        {
            boards[place] = _byPlace[place].Count(holds);
        }

        return new GateCurve(boards);
    }

    private void Take(Campaign next, long now)
    {
        Campaign before = _campaign;
        _campaign = next;
        if (before.IsOver)
        {
            _broken.Add($"second {now}: a step after its end");
        }

        if (next.Stage != before.Stage)
        {
            // What the stage before did not admit, its gate does now: it was forced, or nobody was left.
            Admit(before.Stage, before.Gate, before.Gates.Count > before.Stage ? before.Gates[before.Stage].Share : 0, now);
            _fresh = Curve(board => _stageOf[board] < 0 && _fleet.IsFor(board, next.Stage));
            Join(next.Stage);
        }

        if (next.Gate > (next.Stage == before.Stage ? before.Gate : 0))
        {
            Admit(next.Stage, next.Stage == before.Stage ? before.Gate : 0, next.Gate, now);
        }
    }

    /// <summary>The boards a stage is for are its from its beginning: a count settles that when the stage's gate does.</summary>
    private void Join(int stage)
    {
        _shares[stage] = _plan.Stages[stage].Count is int count ? _audiences[stage].AtMost(count) : _plan.Stages[stage].Percent * 100;
        for (int place = 0; place < _shares[stage]; place++)
        {
            foreach (int board in _byPlace[place])
            {
                if (_stageOf[board] < 0 && _fleet.IsFor(board, stage))
                {
                    _stageOf[board] = (sbyte)stage;
                    _counts[stage][(int)State.Pending]++;
                }
            }
        }
    }

    private void Admit(int stage, int from, int to, long now)
    {
        if (to > _shares[stage])
        {
            _broken.Add($"second {now}: stage {stage + 1} opened to {to}, and its share is {_shares[stage]}");
        }

        int timeout = _plan.Timeouts.Of(StageCounts.Pending) ?? 0;
        for (int place = from; place < to; place++)
        {
            foreach (int board in _byPlace[place])
            {
                if (_isAdmitted[board] || !Hears(board, stage))
                {
                    continue;
                }

                _isAdmitted[board] = true;
                if (_stageOf[board] != stage)
                {
                    _broken.Add($"second {now}: stage {stage + 1} admitted a board that the plan counts in stage {_stageOf[board] + 1}");
                    continue;
                }

                if (timeout > 0)
                {
                    _events.Enqueue((board, State.TimedOut, _versionOf[board]), now + timeout + 1);
                }

                double chance = _random.NextDouble();
                if (chance >= _behavior.Offline)
                {
                    long late = chance < _behavior.Offline + _behavior.Slow ? _random.Next(_behavior.SlowSeconds) : 0;
                    _events.Enqueue((board, State.Accepted, _versionOf[board]), now + late);
                }
            }
        }
    }

    /// <summary>A stage's topic reaches its whole audience; things are announced to one by one.</summary>
    private bool Hears(int board, int stage) => _plan.Stages[stage].IsByThing ? _stageOf[board] == stage : _fleet.IsFor(board, stage);

    private void Happen((int Board, State State, int Version) happening, long now)
    {
        (int board, State state, int version) = happening;
        if (version != _versionOf[board] && state is not State.Accepted)
        {
            return;
        }

        if (state == State.TimedOut)
        {
            Move(board, State.TimedOut, true);
            return;
        }

        bool isOff = _campaign.Status is CampaignStatus.Aborted or CampaignStatus.Canceled;
        switch (state)
        {
            case State.Accepted when isOff:
                return;
            case State.Accepted:
                _begun++;
                if (_random.NextDouble() < _behavior.Rejected)
                {
                    Enter(board, State.Rejected, now);
                    return;
                }

                Enter(board, State.Accepted, now);
                int spread = _campaign.GateSpread;
                _events.Enqueue((board, State.Downloading, _versionOf[board]), now + (spread > 1 ? _random.Next(spread) : 0));
                return;
            case State.Downloading when isOff:
                Enter(board, State.Rejected, now);
                return;
            case State.Downloading:
                Enter(board, State.Downloading, now);
                _mostDownloads = Math.Max(_mostDownloads, ++_downloads);
                if (_random.NextDouble() >= _behavior.Stuck)
                {
                    State then = _random.NextDouble() < _behavior.Failed ? State.Failed : State.Staged;
                    int quarter = _behavior.DownloadSeconds / 4;
                    _events.Enqueue((board, then, _versionOf[board]), now + _behavior.DownloadSeconds + (quarter > 0 ? _random.Next(-quarter, quarter + 1) : 0));
                }

                return;
            case State.Staged or State.Failed:
                _downloads--;
                Enter(board, isOff && state == State.Staged ? State.Rejected : state, now);
                if (state == State.Staged && !isOff)
                {
                    _events.Enqueue((board, State.Testing, _versionOf[board]), now + 1);
                }

                return;
            case State.Testing:
                Enter(board, State.Testing, now);
                _events.Enqueue((board, _random.NextDouble() < _behavior.RolledBack ? State.RolledBack : State.Succeeded, _versionOf[board]), now + _behavior.TrialSeconds);
                return;
            default:
                Enter(board, state, now);
                return;
        }
    }

    private void Enter(int board, State state, long now)
    {
        _versionOf[board]++;
        Move(board, state, false);
        if (state < State.Succeeded && _plan.Timeouts.Of(s_states[(int)state]) is int seconds)
        {
            _events.Enqueue((board, State.TimedOut, _versionOf[board]), now + seconds + 1);
        }
    }

    private void Move(int board, State state, bool isTimedOut)
    {
        int[] counts = _counts[_stageOf[board]];
        counts[(int)(_timedOut[board] ? State.TimedOut : _stateOf[board])]--;
        counts[(int)state]++;
        _timedOut[board] = isTimedOut;
        if (!isTimedOut)
        {
            _stateOf[board] = state;
        }
    }
}
