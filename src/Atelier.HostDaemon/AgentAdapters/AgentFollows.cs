using Atelier.HostDaemon.Workers;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>The programs that the server follows on one link; they are followed no longer than it lasts (AL1).</summary>
internal sealed class AgentFollows(
    WorkerOwners workers, DataFolder data, AgentBatchSender send, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, AgentFollow> _follows = new(StringComparer.Ordinal);
    private bool _isOver;

    /// <summary>Follows a program from an offset on; who followed it before does so no more.</summary>
    public Task FollowAsync(FollowAgentRequest request) => InTurnAsync(async () =>
    {
        await DropAsync(request.WorkerId);
        if (!_isOver)
        {
            _follows.Add(
                request.WorkerId, new AgentFollow(request, workers, data.Worker(request.WorkerId), send, time, logger));
        }
    });

    /// <summary>Follows a program no more; one that is not followed is not followed already.</summary>
    public Task UnfollowAsync(string workerId) => InTurnAsync(() => DropAsync(workerId));

    public async ValueTask DisposeAsync() => await InTurnAsync(async () =>
    {
        _isOver = true;
        await Task.WhenAll(_follows.Values.Select(follow => follow.DisposeAsync().AsTask()));
        _follows.Clear();
    });

    private async Task DropAsync(string workerId)
    {
        if (_follows.Remove(workerId, out var follow))
        {
            await follow.DisposeAsync();
        }
    }

    private async Task InTurnAsync(Func<Task> work)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }
}
