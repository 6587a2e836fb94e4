namespace Atelier.DemoAgent;

/// <summary>Pauses as somebody makes them who thinks and types.</summary>
internal sealed class Pace(double factor, TimeProvider time)
{
    private static readonly TimeSpan s_words = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(350);

    /// <summary>Between pieces of a text.</summary>
    public Task WordsAsync(CancellationToken cancellationToken) => WaitAsync(s_words, cancellationToken);

    /// <summary>Between one thing and the next.</summary>
    public Task StepAsync(CancellationToken cancellationToken) => WaitAsync(s_step, cancellationToken);

    private Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return factor > 0 ? Task.Delay(pause * factor, time, cancellationToken) : Task.CompletedTask;
    }
}
