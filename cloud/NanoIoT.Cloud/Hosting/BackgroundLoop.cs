namespace NanoIoT.Cloud.Hosting;

/// <summary>Work beside everything else, until it is ended; whoever ends it waits for it.</summary>
internal sealed class BackgroundLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private Task _work = Task.CompletedTask;

    public BackgroundLoop() => Token = _end.Token;

    /// <summary>Says that it is to end; also after it has.</summary>
    public CancellationToken Token { get; }

    /// <summary>Whether it is to end.</summary>
    public bool IsEnded => Token.IsCancellationRequested;

    /// <summary>Begins the work, which goes on until its token says otherwise.</summary>
    /// <param name="work">The work; that it is canceled by the token is its end and no failure.</param>
    public void Start(Func<CancellationToken, Task> work) => _work = Task.Run(async () =>
    {
        try
        {
            await work(Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (IsEnded)
        {
            // As asked.
            return;
        }
    });

    public async ValueTask DisposeAsync()
    {
        if (!IsEnded)
        {
            await _end.CancelAsync().ConfigureAwait(false);
            await _work.ConfigureAwait(false);
            _end.Dispose();
        }
    }
}
