using System.Net.Sockets;
using Atelier.HostDaemon.ServerLink;
using Atelier.HostDaemon.Workers;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.KeeperLink;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>Types commands into one worker's program, whichever connection to its keeper there is (AL7).</summary>
/// <remarks>A command whose connection breaks is typed again under its number on the next; the keeper knows whether it has it.</remarks>
internal sealed class AgentTypist(string workerId, WorkerOwners workers, TimeProvider time) : IAsyncDisposable
{
    // Who waits for a program that reads nothing takes memory and nothing else; more is not needed by anybody who waits for answers.
    private const int MaxWaiting = 32;
    private const long MaxWaitingBytes = 2L * KeeperProtocol.MaxInputBytes;

    private static readonly TimeSpan s_connectLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_tryAgain = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private AgentInput? _input;
    private int _waiting;
    private long _waitingBytes;

    /// <summary>Types a command; done when the program's pipe has taken all of it.</summary>
    /// <exception cref="JsonRpcException">It is not for the process that runs, not the next one, or too long.</exception>
    public async Task TypeAsync(int epoch, long sequence, ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        var waiting = Interlocked.Increment(ref _waiting);
        var waitingBytes = Interlocked.Add(ref _waitingBytes, line.Length);
        try
        {
            if (waiting > MaxWaiting || waitingBytes > MaxWaitingBytes)
            {
                throw new JsonRpcException(LinkRefusals.Busy, $"The program of {workerId} has not taken earlier commands; ask again later.");
            }

            while (!await TryTypeAsync(epoch, sequence, line, cancellationToken))
            {
                await Task.Delay(s_tryAgain, time, cancellationToken);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Add(ref _waitingBytes, -line.Length);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_input is { } input)
        {
            await input.DisposeAsync();
        }
    }

    private async Task<bool> TryTypeAsync(
        int epoch, long sequence, ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        try
        {
            var input = await InputOfAsync(epoch, cancellationToken);
            await input.TypeAsync(sequence, line, cancellationToken);
            return true;
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or SocketException or ObjectDisposedException
            || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;   // the keeper is gone, or did not answer in time
        }
    }

    private async Task<AgentInput> InputOfAsync(int epoch, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_input is { IsOver: false } input && input.Epoch == epoch)
            {
                return input;
            }

            if (_input is { } former)
            {
                _input = null;
                await former.DisposeAsync();
            }

            var point = await workers.Known(workerId).AttachPointAsync();
            return point.Live && point.Epoch == epoch
                ? _input = await OpenAsync(point.Socket, epoch, cancellationToken)
                : throw LinkRefusals.EpochHasEnded(workerId, epoch);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<AgentInput> OpenAsync(string socket, int epoch, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_connectLimit);
        var input = await AgentInput.OpenAsync(workerId, socket, time, limit.Token);
        if (input.Epoch == epoch)
        {
            return input;
        }

        await input.DisposeAsync();
        throw LinkRefusals.EpochHasEnded(workerId, epoch);
    }
}
