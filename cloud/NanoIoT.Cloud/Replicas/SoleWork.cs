namespace NanoIoT.Cloud.Replicas;

/// <summary>All the work, for a service that is alone: its data folder is locked.</summary>
public sealed class SoleWork : ISharedWork
{
    private bool _isStarted;

    /// <inheritdoc/>
    public event Func<int, Task>? Taken;

    /// <inheritdoc/>
    public event Func<int, Task>? Left
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public bool Holds(int part) => _isStarted;

    /// <inheritdoc/>
    public async Task StartAsync()
    {
        _isStarted = true;
        for (int part = 0; part < ISharedWork.Parts; part++)
        {
            await (Taken?.Invoke(part) ?? Task.CompletedTask).ConfigureAwait(false);
        }
    }
}
