namespace NanoIoT.Cloud.Storage.DynamoDb;

/// <summary>A transaction that waits for its group.</summary>
internal abstract class PendingWrite
{
    /// <summary>Why its work refused, the last time it ran; null where it did not.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Runs its work on what the group has changed so far.</summary>
    public abstract void Run(GroupState state, long now);

    /// <summary>Answers who waits: what it did is durable and shown.</summary>
    public abstract void Finish();

    /// <summary>Answers who waits that it was not done.</summary>
    public abstract void Fail(Exception exception);
}

/// <inheritdoc cref="PendingWrite"/>
internal sealed class PendingWrite<T>(string actor, string action, Func<RecordTransaction, T> work) : PendingWrite
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Answer => _answer.Task;

    public override void Run(GroupState state, long now)
    {
        Failure = null;
        try
        {
            _result = work(new DynamoDbTransaction(state, actor, action, now));
        }
        catch (Exception exception)
        {
            Failure = exception;
        }
    }

    public override void Finish()
    {
        if (Failure is null)
        {
            _answer.TrySetResult(_result!);
        }
        else
        {
            _answer.TrySetException(Failure);
        }
    }

    public override void Fail(Exception exception) => _answer.TrySetException(exception);
}
