using System.Collections.Concurrent;
using Atelier.Protocol.HostLink;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Sessions;

/// <summary>Tells the sockets that watch a worker, and whoever listens, what happened to it. Lossy: the rows are the truth.</summary>
internal sealed class WorkerSignals
{
    private readonly ConcurrentDictionary<WorkerId, ImmutableListeners> _listeners = new();

    /// <summary>Called when an agent's activity changed.</summary>
    public Action<SessionId, WorkerActivityNotice>? ActivityChanged { get; set; }

    /// <summary>Hears of one worker until disposed.</summary>
    public IDisposable Listen(WorkerId worker, Action<Worker?> hear)
    {
        _listeners.AddOrUpdate(worker, _ => new ImmutableListeners([hear]), (_, there) => new ImmutableListeners([.. there.All, hear]));
        return new Listening(this, worker, hear);
    }

    public void Changed(Worker worker) => Tell(worker.Id, worker);

    public void Removed(WorkerId worker) => Tell(worker, worker: null);

    public void Active(SessionId session, WorkerActivityNotice notice) => ActivityChanged?.Invoke(session, notice);

    private void Tell(WorkerId id, Worker? worker)
    {
        if (_listeners.TryGetValue(id, out var listeners))
        {
            foreach (var hear in listeners.All)
            {
                hear(worker);
            }
        }
    }

    private void Forget(WorkerId worker, Action<Worker?> hear) =>
        _listeners.AddOrUpdate(worker, _ => new ImmutableListeners([]), (_, there) => new ImmutableListeners([.. there.All.Where(one => one != hear)]));

    private sealed record ImmutableListeners(Action<Worker?>[] All);

    private sealed class Listening(WorkerSignals signals, WorkerId worker, Action<Worker?> hear) : IDisposable
    {
        public void Dispose() => signals.Forget(worker, hear);
    }
}
