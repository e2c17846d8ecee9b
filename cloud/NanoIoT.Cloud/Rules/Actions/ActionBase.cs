using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>An action that delivers result by result: those of one topic in their order, those of different topics beside each other.</summary>
internal abstract class ActionBase : IActionType
{
    private const int MaxParallel = 8;

    public abstract string Name { get; }

    public abstract string Summary { get; }

    public virtual bool IsAws => true;

    /// <summary>Settings there may be besides <c>roleArn</c>, which is not used.</summary>
    protected abstract IReadOnlyCollection<string> Known { get; }

    public virtual void Check(JsonObject settings) => ActionSettings.CheckKnown(settings, Name, [.. Known, "roleArn"]);

    public virtual bool IsInline(JsonObject settings) => false;

    public virtual async Task<DeliveryOutcome[]> DeliverAsync(IReadOnlyList<DeliveryJob> jobs, CancellationToken cancellationToken)
    {
        var outcomes = new DeliveryOutcome[jobs.Count];
        IGrouping<string, int>[] groups = [.. Enumerable.Range(0, jobs.Count).GroupBy(index => OrderOf(jobs[index]), StringComparer.Ordinal)];
        if (groups.Length == 1)
        {
            await DeliverInOrderAsync(jobs, groups[0], outcomes, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await Parallel.ForEachAsync(groups, new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = cancellationToken },
                async (group, token) => await DeliverInOrderAsync(jobs, group, outcomes, token).ConfigureAwait(false)).ConfigureAwait(false);
        }

        return outcomes;
    }

    /// <summary>What is delivered in order.</summary>
    protected virtual string OrderOf(DeliveryJob job) => job.Source.Topic;

    /// <summary>Delivers one result.</summary>
    protected abstract Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken);

    private async Task DeliverInOrderAsync(IReadOnlyList<DeliveryJob> jobs, IEnumerable<int> indices, DeliveryOutcome[] outcomes, CancellationToken cancellationToken)
    {
        bool isHeld = false;
        foreach (int index in indices)
        {
            if (isHeld)
            {
                outcomes[index] = DeliveryOutcome.NotTried;
                continue;
            }

            try
            {
                outcomes[index] = await DeliverAsync(jobs[index], cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception)
            {
                outcomes[index] = AwsTargets.OutcomeOf(exception);
            }

            isHeld = outcomes[index].Kind == DeliveryKind.Retry;
        }
    }
}
