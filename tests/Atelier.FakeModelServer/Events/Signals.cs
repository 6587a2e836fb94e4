using System.Collections.Concurrent;

namespace Atelier.FakeModelServer.Events;

/// <summary>Signals by name. Each one given lets one waiting answer go on, also one that comes to wait later.</summary>
internal sealed class Signals : IDisposable
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _signals = new(StringComparer.Ordinal);

    public void Give(string name) => Of(name).Release();

    public Task WaitAsync(string name, CancellationToken cancellationToken) => Of(name).WaitAsync(cancellationToken);

    public void Dispose()
    {
        foreach (var signal in _signals.Values)
        {
            signal.Dispose();
        }
    }

    private SemaphoreSlim Of(string name) => _signals.GetOrAdd(name, _ => new SemaphoreSlim(0));
}
