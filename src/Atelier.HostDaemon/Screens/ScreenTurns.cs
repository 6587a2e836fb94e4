namespace Atelier.HostDaemon.Screens;

/// <summary>Lets a few screens at a time read their logs, so that many floods do not take the machine from the programs.</summary>
internal sealed class ScreenTurns : IDisposable
{
    private readonly SemaphoreSlim _free = new(Math.Max(1, Environment.ProcessorCount / 2));

    public Task WaitAsync(CancellationToken cancellationToken) => _free.WaitAsync(cancellationToken);

    public void Release() => _free.Release();

    public void Dispose() => _free.Dispose();
}
