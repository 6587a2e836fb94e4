using System.Text;
using Atelier.Client.Workers;
using Atelier.Terminal;
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
    private Screen? _screen;
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
    public Task Shows(string text) => Until(() => _text.ToString().Contains(text, StringComparison.Ordinal), text, () => Text);

    /// <summary>Waits until this stands on the screen, for programs that draw it in pieces.</summary>
    public Task ShowsOnScreen(string text) =>
        Until(() => _screen?.PlainText.Contains(text, StringComparison.Ordinal) == true, text, () => _screen?.PlainText ?? "");

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

    private async Task Until(Func<bool> shows, string text, Func<string> there)
    {
        try
        {
            await Patience.For(UntilAsync(shows), $"'{text}'");
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message} There is:\n{there()}", late);
        }
    }

    private async Task UntilAsync(Func<bool> shows)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (shows())
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
            switch (happened)
            {
                case WorkerEvent.Attached attached:
                    _screen ??= new Screen(attached.Cols, attached.Rows, offset: attached.Offset);
                    break;
                case WorkerEvent.Output output:
                    Take(output);
                    break;
                default:
                    break;
            }
        }
    }

    private void Take(WorkerEvent.Output output)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _screen?.Feed(output.Bytes.Span);
            _text.Append(Encoding.UTF8.GetString(output.Bytes.Span));
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }
}
