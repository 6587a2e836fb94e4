using System.Collections.Immutable;

namespace Atelier.FakeModelServer.Events;

/// <summary>Everything the server did, in order, for tests that wait for one of these things.</summary>
internal sealed class EventLog(TimeProvider time, Action<ModelEvent>? onEvent)
{
    private readonly Lock _gate = new();
    private ImmutableList<ModelEvent> _events = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;

    public ImmutableList<ModelEvent> All => _events;

    public int NextRequest() => Interlocked.Increment(ref _requests);

    public void Add(ModelEventKind kind, int request, string protocol, RequestPurpose purpose, string? detail = null)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            var happened = new ModelEvent(_events.Count + 1, time.GetUtcNow(), kind, request, protocol, purpose, detail);
            _events = _events.Add(happened);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            onEvent?.Invoke(happened);
        }

        changed.SetResult();
    }

    /// <summary>The first event after <paramref name="after"/> that fits, as soon as there is one.</summary>
    public async Task<ModelEvent> FirstAsync(Func<ModelEvent, bool> fits, int after, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_events.Skip(after).FirstOrDefault(fits) is { } found)
                {
                    return found;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }
}
