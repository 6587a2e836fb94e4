namespace Atelier.Client.Workers;

/// <summary>What a worker's socket tells; see docs/protocols/worker-socket.md.</summary>
public abstract record WorkerEvent
{
    private WorkerEvent()
    {
    }

    /// <summary>The stream starts, or starts anew after a lost connection.</summary>
    /// <param name="Offset">Offset of the next byte.</param>
    /// <param name="Epoch">Its epoch.</param>
    /// <param name="End">End of the log at that moment.</param>
    /// <param name="Cols">Columns of the terminal there.</param>
    /// <param name="Rows">Rows of the terminal there.</param>
    public sealed record Attached(long Offset, int Epoch, long End, int Cols, int Rows) : WorkerEvent;

    /// <summary>Output.</summary>
    /// <param name="Offset">Offset of the first byte.</param>
    /// <param name="Bytes">The bytes; good until the next event is asked for.</param>
    public sealed record Output(long Offset, ReadOnlyMemory<byte> Bytes) : WorkerEvent;

    /// <summary>Bytes that are not there.</summary>
    /// <param name="From">What was asked for.</param>
    /// <param name="To">Where output goes on.</param>
    public sealed record Gap(long From, long To) : WorkerEvent;

    /// <summary>The screen, instead of the bytes that led to it.</summary>
    /// <param name="Offset">Where output goes on.</param>
    /// <param name="Cols">Columns it is made for.</param>
    /// <param name="Rows">Rows it is made for.</param>
    /// <param name="Data">VT text.</param>
    public sealed record Snapshot(long Offset, int Cols, int Rows, string Data) : WorkerEvent;

    /// <summary>The terminal has another size.</summary>
    /// <param name="Cols">Columns.</param>
    /// <param name="Rows">Rows.</param>
    public sealed record Resized(int Cols, int Rows) : WorkerEvent;

    /// <summary>An agent's activity changed.</summary>
    /// <param name="State">unknown, idle, active or asking.</param>
    public sealed record Activity(string State) : WorkerEvent;

    /// <summary>The program's terminal has all input up to this number.</summary>
    /// <param name="Sequence">The number.</param>
    public sealed record InputAcknowledged(long Sequence) : WorkerEvent;

    /// <summary>The process ended.</summary>
    /// <param name="ExitCode">Its exit code; null when a signal ended it.</param>
    /// <param name="Signal">That signal.</param>
    public sealed record Exited(int? ExitCode, string? Signal) : WorkerEvent;

    /// <summary>A new process begins.</summary>
    /// <param name="Epoch">Its number.</param>
    public sealed record EpochStarted(int Epoch) : WorkerEvent;

    /// <summary>The program is held back, or goes on.</summary>
    /// <param name="Reason">disk-full or unread; null when it goes on.</param>
    public sealed record Held(string? Reason) : WorkerEvent;

    /// <summary>The connection was lost; it is made again.</summary>
    /// <param name="Reason">In words.</param>
    /// <param name="RetryIn">When.</param>
    public sealed record Reconnecting(string Reason, TimeSpan RetryIn) : WorkerEvent;

    /// <summary>The server says something is wrong; the stream goes on when it can.</summary>
    /// <param name="Code">Stable word.</param>
    /// <param name="Message">For a person.</param>
    public sealed record Trouble(string Code, string Message) : WorkerEvent;
}

/// <summary>The worker cannot be read: it is not there, not allowed, or was taken over.</summary>
/// <param name="message">For a person.</param>
/// <param name="closeCode">Close code of the socket.</param>
public sealed class WorkerSocketException(string message, int closeCode) : Exception(message)
{
    /// <summary>Close code of the socket.</summary>
    public int CloseCode { get; } = closeCode;
}
