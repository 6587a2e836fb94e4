using Atelier.HostDaemon.Activity;
using Atelier.HostDaemon.Screens;
using Atelier.Protocol.HostLink;
using Atelier.Terminal;

namespace Atelier.HostDaemon.Workers;

/// <summary>What is read off a worker's screen: its title, and for agents what they are doing.</summary>
internal sealed class WatchedTerminal : IAsyncDisposable
{
    private readonly WorkerScreen _screen;
    private readonly Action<string> _onTitle;
    private readonly ActivityWatch? _watch;
    private ScreenText _text = ScreenText.Empty;
    private (int, int) _size;
    private string _title = "";

    /// <param name="folder">The worker's folder.</param>
    /// <param name="record">What it was started with; null when that is lost.</param>
    /// <param name="surroundings">The daemon around it.</param>
    /// <param name="onTitle">Told of a new title.</param>
    /// <param name="onActivity">Told of a new activity.</param>
    public WatchedTerminal(
        string folder,
        WorkerRecord? record,
        WorkerSurroundings surroundings,
        Action<string> onTitle,
        Action<ActivityState> onActivity)
    {
        _onTitle = onTitle;
        _screen = new WorkerScreen(folder, surroundings.ScreenTurns, surroundings.Time, AfterFeed);
        if (record is { DetectActivity: true })
        {
            _screen.IsWatched = true;
            _watch = new ActivityWatch(
                new AskingPatterns(record.AskingPatterns), () => Volatile.Read(ref _text), onActivity, surroundings.Time);
        }
    }

    /// <summary>The log has grown.</summary>
    public void Grown(long end) => _screen.Grown(end);

    /// <summary>Somebody typed.</summary>
    public void Typed(ReadOnlySpan<byte> bytes) => _watch?.AfterInput(bytes);

    public Task<ScreenSnapshot> SnapshotAsync(CancellationToken cancellationToken) => _screen.SnapshotAsync(cancellationToken);

    /// <summary>Whether the program has asked for pastes to be marked as such.</summary>
    public Task<bool> TakesPastesAsync(CancellationToken cancellationToken) =>
        _screen.LookAsync(screen => screen.Modes.BracketedPaste, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _watch?.Dispose();
        await _screen.DisposeAsync();
    }

    private void AfterFeed(Screen screen)
    {
        if (screen.Title != _title)
        {
            _title = screen.Title;
            _onTitle(_title);
        }

        if (_watch is null)
        {
            return;
        }

        Volatile.Write(ref _text, new ScreenText([.. screen.PlainText.TrimEnd('\n').Split('\n')], screen.Title));
        var size = (screen.Columns, screen.Rows);
        if (size != _size)
        {
            _size = size;
            _watch.AfterResize();
        }
        else
        {
            _watch.AfterOutput();
        }
    }
}
