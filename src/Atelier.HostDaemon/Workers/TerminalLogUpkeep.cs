using Atelier.Protocol.WorkerLog;

namespace Atelier.HostDaemon.Workers;

/// <summary>Keeps a terminal's log within its bound, and small while it is quiet (WL7).</summary>
/// <param name="folder">The worker's folder.</param>
internal sealed class TerminalLogUpkeep(string folder) : IDisposable
{
    private readonly string _output = Path.Combine(folder, LogFiles.OutputFolder);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _endBefore = -1;
    private long _compressedAt = -1;

    /// <summary>One round: drops what is too much, and compresses when nothing was printed since the last round.</summary>
    /// <param name="end">End of the log now.</param>
    /// <param name="limitBytes">The bound.</param>
    /// <param name="cancellationToken">Stops it between two pieces of work.</param>
    public async Task RunAsync(long end, long limitBytes, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (end == _endBefore && end != _compressedAt)
            {
                await LogUpkeep.CompressAsync(_output, cancellationToken);
                _compressedAt = end;
            }

            _endBefore = end;
            LogUpkeep.DropBeyond(_output, limitBytes);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Drops what is too much, in the middle of a flood.</summary>
    public async Task DropAsync(long limitBytes, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            LogUpkeep.DropBeyond(_output, limitBytes);
        }
        finally
        {
            _turn.Release();
        }
    }
}
