namespace Atelier.TestKit.Zed;

/// <summary>Says that something has changed to whoever waits for it.</summary>
internal sealed class MockZedSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    public bool Tell()
    {
        lock (_gate)
        {
            var changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return changed.TrySetResult();
        }
    }

    /// <summary>Looks again at each change until it is so.</summary>
    public async Task UntilAsync(Func<bool> isSo, string what)
    {
        while (true)
        {
            var changed = Next;
            if (isSo())
            {
                return;
            }

            await Patience.For(changed, what);
        }
    }
}
