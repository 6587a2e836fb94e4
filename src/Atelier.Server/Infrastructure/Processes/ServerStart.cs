namespace Atelier.Server.Infrastructure.Processes;

internal static class ServerStart
{
    /// <summary>Waits until the server listens, and so has its address; false when it does not come to that.</summary>
    public static async Task<bool> HasStartedAsync(this IHostApplicationLifetime lifetime, TimeProvider clock, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await Task.WhenAny(started.Task, Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken));
        return started.Task.IsCompleted;
    }
}
