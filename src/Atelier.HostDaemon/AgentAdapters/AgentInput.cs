using System.Threading.Channels;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.KeeperLink;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>One connection to a keeper on which commands are typed in the order of their numbers, and their acknowledgements heard.</summary>
/// <remarks>
/// Commands that were sent beside each other come here in any order; each waits a moment for the one before it. One loop types, so that
/// whoever gives up waiting leaves no frame half sent.
/// </remarks>
internal sealed class AgentInput : IAsyncDisposable
{
    /// <summary>Who types for the server.</summary>
    public const string Client = "agent";

    private static readonly TimeSpan s_turnLimit = TimeSpan.FromSeconds(1);

    private readonly string _workerId;
    private readonly KeeperConnection _connection;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, WaitingCommand> _commands = [];
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _loops;
    private long _typed;
    private long _acknowledged;
    private long _refusedFrom = long.MaxValue;

    private AgentInput(string workerId, KeeperConnection connection, long acknowledged, TimeProvider time)
    {
        _workerId = workerId;
        _connection = connection;
        _time = time;
        _typed = _acknowledged = acknowledged;
        _loops = Task.WhenAll(Task.Run(TypeAsync, CancellationToken.None), Task.Run(HearAsync, CancellationToken.None));
    }

    public int Epoch => _connection.Hello.Epoch;

    /// <summary>Whether nothing more can be typed here.</summary>
    public bool IsOver => _ending.IsCancellationRequested;

    /// <summary>Connects as the one who types, and hears how far that has come.</summary>
    public static async Task<AgentInput> OpenAsync(
        string workerId, string socket, TimeProvider time, CancellationToken cancellationToken)
    {
        var connection = await KeeperConnection.OpenAsync(socket, Client, cancellationToken);
        try
        {
            await connection.AttachAsync(
                new AttachRequest(WorkerOutput.Output, From: null, Epoch: null, AttachMode.Progress), cancellationToken);
            while (await connection.ReadAsync(cancellationToken) is { } frame)
            {
                if (frame.Type == KeeperFrameType.Attached)
                {
                    var attached = frame.Read(KeeperJson.Default.AttachedReply);
                    return new AgentInput(workerId, connection, attached.InputAck, time);
                }
            }

            throw new IOException("The keeper closed the connection before it said how far the input is.");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Types a command in its turn; done when the program's pipe has taken all of it.</summary>
    /// <exception cref="IOException">The connection ended first.</exception>
    public async Task TypeAsync(long sequence, ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        if (line.Length > _connection.MaxInputBytes)
        {
            throw new JsonRpcException(
                JsonRpcErrorReasons.TooLarge,
                $"The command has {line.Length} bytes, and this program's keeper takes {_connection.MaxInputBytes} at most; shorten it.");
        }

        if (Enter(sequence, line) is not { } command)
        {
            return;   // it was taken before
        }

        await Task.WhenAny(command.Begun.Task, Task.Delay(s_turnLimit, _time, cancellationToken));
        if (TryLeave(sequence, command))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new JsonRpcException(
                LinkRefusals.OutOfOrder, $"Command {sequence} came where {Volatile.Read(ref _typed) + 1} is the next one.");
        }

        await command.Taken.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _connection.DisposeAsync();
        await _loops;
    }

    private WaitingCommand? Enter(long sequence, ReadOnlyMemory<byte> line)
    {
        WaitingCommand? command;
        lock (_gate)
        {
            if (sequence <= _acknowledged)
            {
                return null;
            }

            ObjectDisposedException.ThrowIf(IsOver, this);
            if (!_commands.TryGetValue(sequence, out command))
            {
                command = new WaitingCommand(line);
                _commands.Add(sequence, command);
            }
        }

        _news.Writer.TryWrite(true);
        return command;
    }

    // False when its turn has come.
    private bool TryLeave(long sequence, WaitingCommand command)
    {
        lock (_gate)
        {
            if (command.Begun.Task.IsCompleted || !_commands.Remove(sequence))
            {
                return false;
            }

            command.Fail(new IOException("It was left."));   // whoever waits for the same number tries again
            return true;
        }
    }

    private async Task TypeAsync()
    {
        try
        {
            while (true)
            {
                while (Next() is var (sequence, command))
                {
                    await _connection.TypeAsync(sequence, command.Line, _ending.Token);
                }

                await _news.Reader.ReadAsync(_ending.Token);
            }
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException or OperationCanceledException)
        {
            await EndAsync();
        }
    }

    private (long Sequence, WaitingCommand Command)? Next()
    {
        lock (_gate)
        {
            if (!_commands.TryGetValue(_typed + 1, out var command))
            {
                return null;
            }

            _typed++;
            command.Begun.TrySetResult();
            return (_typed, command);
        }
    }

    private async Task HearAsync()
    {
        try
        {
            while (await _connection.ReadAsync(_ending.Token) is { } frame)
            {
                switch (frame.Type)
                {
                    case KeeperFrameType.InputAck:
                        Acknowledge(frame.Number);
                        break;
                    case KeeperFrameType.InputRefused:
                        // Why is told by the state after it: the process has ended, or only its standard input is closed.
                        _refusedFrom = Math.Min(_refusedFrom, frame.Read(KeeperJson.Default.InputRefusedNotice).Expected);
                        await _connection.GetStateAsync(_ending.Token);
                        break;
                    case KeeperFrameType.State when _refusedFrom != long.MaxValue:
                        Refuse(frame.Read(KeeperJson.Default.KeeperState).Exited);
                        return;
                }
            }
        }
        catch (Exception over) when (over is IOException or InvalidDataException or ObjectDisposedException or OperationCanceledException)
        {
            // Whoever waits connects again.
        }
        finally
        {
            await EndAsync();
        }
    }

    private void Acknowledge(long sequence)
    {
        lock (_gate)
        {
            _acknowledged = Math.Max(_acknowledged, sequence);
            while (_commands.Count > 0 && _commands.First() is var (first, command) && first <= _acknowledged)
            {
                _commands.Remove(first);
                command.Begun.TrySetResult();
                command.Taken.TrySetResult();
            }
        }
    }

    private void Refuse(bool hasExited) => Fail(() => hasExited
        ? LinkRefusals.EpochHasEnded(_workerId, Epoch)
        : new JsonRpcException(LinkRefusals.InputClosed, $"The program of {_workerId} takes no more input, though it still runs."));

    private async Task EndAsync()
    {
        await _ending.CancelAsync();
        await _connection.DisposeAsync();
        Fail(() => new IOException("The connection to the keeper ended."));
    }

    private void Fail(Func<Exception> reason)
    {
        lock (_gate)
        {
            _ending.Cancel();   // here, so that nobody enters after this
            foreach (var command in _commands.Values)
            {
                command.Fail(reason());
            }

            _commands.Clear();
        }
    }
}
