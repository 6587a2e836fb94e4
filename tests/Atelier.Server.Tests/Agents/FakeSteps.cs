namespace Atelier.Server.Tests.Agents;

/// <summary>Every effect that a server has passes here, before and after it: a test can let something happen at any of them.</summary>
internal sealed class FakeSteps
{
    private int _passed;

    /// <summary>How many were passed.</summary>
    public int Passed => _passed;

    /// <summary>What happens at a step; given its number, from 1, and its name.</summary>
    public Func<int, string, Task> At { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether the server whose steps these are is dead: a dead one does nothing more.</summary>
    public bool IsDead { get; set; }

    public async Task PassAsync(string what, CancellationToken cancellationToken)
    {
        if (!IsDead)
        {
            await At(Interlocked.Increment(ref _passed), what);
        }

        if (IsDead)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }
}
