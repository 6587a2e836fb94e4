using System.Text;
using Atelier.Client.Workers;
using Atelier.TestKit;

namespace Atelier.System.Tests;

/// <summary>A client of one worker that keeps all it is told as text, and types.</summary>
internal sealed class WatchedWorker : IAsyncDisposable
{
    private readonly WorkerAttachment _attachment;
    private readonly CancellationTokenSource _stop = new();
    private readonly StringBuilder _text = new();
    private readonly Lock _gate = new();
    private readonly Task _reading;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="system">Where it is.</param>
    /// <param name="sessionId">Its session.</param>
    /// <param name="workerId">The worker.</param>
    /// <param name="client">Who types.</param>
    public WatchedWorker(SystemUnderTest system, string sessionId, string workerId, string client = "watcher")
    {
        _attachment = system.Attach(sessionId, workerId, client);
        _reading = ReadAsync();
    }

    public string Text
    {
        get
        {
            lock (_gate)
            {
                return _text.ToString();
            }
        }
    }

    public Task TypeAsync(string text) => _attachment.TypeAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None);

    /// <summary>Waits until it has been told this.</summary>
    public Task Shows(string text) => Patience.For(ShowsAsync(text), $"'{text}' in what is there:\n{Text}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _reading;
        }
        catch (OperationCanceledException)
        {
            // That was asked for.
        }

        await _attachment.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ShowsAsync(string text)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_text.ToString().Contains(text, StringComparison.Ordinal))
                {
                    return;
                }

                changed = _changed.Task;
            }

            await Task.WhenAny(changed, _reading);
            if (_reading.IsCompleted)
            {
                await _reading; // says why reading ended
            }
        }
    }

    private async Task ReadAsync()
    {
        await foreach (var happened in _attachment.ReadAsync(_stop.Token))
        {
            if (happened is WorkerEvent.Output output)
            {
                Take(output);
            }
        }
    }

    private void Take(WorkerEvent.Output output)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _text.Append(Encoding.UTF8.GetString(output.Bytes.Span));
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }
}
