namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>A command on its way into a program.</summary>
/// <param name="Line">What is typed.</param>
internal sealed record WaitingCommand(ReadOnlyMemory<byte> Line)
{
    /// <summary>Its turn has come, or will not come any more.</summary>
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The program's pipe has taken all of it.</summary>
    public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Fail(Exception reason)
    {
        Begun.TrySetResult();
        Taken.TrySetException(reason);
        _ = Taken.Task.Exception;   // seen, even where nobody waits for it any more
    }
}
