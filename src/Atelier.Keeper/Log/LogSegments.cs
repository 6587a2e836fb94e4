using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Log;

/// <summary>The segments of a log as its readers need them: which there are, and those that are open.</summary>
/// <remarks>The daemon compresses and drops old ones meanwhile; what is found missing is looked for in the folder again.</remarks>
internal sealed class LogSegments
{
    private const int SpareStarts = 8;

    private readonly LogWriter _log;
    // At most a few hundred, in order; the last is the one that is written to.
    private long[] _starts = [];
    private int _count;
    private readonly List<SegmentView> _open = [];

    public LogSegments(LogWriter log)
    {
        _log = log;
        log.SegmentBegun = Begin;
        Refresh();
    }

    /// <summary>Offset of the oldest kept byte.</summary>
    public long Oldest => _count > 0 ? _starts[0] : _log.End;

    /// <summary>Looks into the folder again.</summary>
    public void Refresh()
    {
        var segments = LogFiles.Segments(_log.Folder);
        _starts = new long[segments.Count + SpareStarts];
        _count = segments.Count;
        for (var at = 0; at < _count; at++)
        {
            _starts[at] = segments[at].Start;
        }
    }

    /// <summary>Enters the segment that holds a byte; null when it has been dropped, and then <see cref="Oldest"/> is true.</summary>
    public SegmentView? Enter(long offset)
    {
        var at = IndexOf(offset);
        if (at < 0)
        {
            return null;
        }

        var start = _starts[at];
        var view = _open.Find(open => open.Start == start);
        if (view is null)
        {
            view = SegmentView.Open(_log.Folder, start);
            if (view is null)
            {
                Refresh();
                return null;
            }

            view.SealedEnd = at + 1 < _count ? _starts[at + 1] : null;
            _open.Add(view);
        }

        view.Readers++;
        return view;
    }

    public void Leave(SegmentView view)
    {
        if (--view.Readers == 0)
        {
            _open.Remove(view);
            view.Close();
        }
    }

    /// <summary>End of the bytes that can be sent from a segment now; unpacks it as far as one slice beyond an offset.</summary>
    public long EndOf(SegmentView view, long offset)
    {
        if (view.IsCompressed)
        {
            if (view.UnpackedEnd <= offset)
            {
                view.Unpack();
            }

            return view.UnpackedEnd;
        }

        return view.SealedEnd ?? _log.End;
    }

    private void Begin(long start)
    {
        if (_count == _starts.Length)
        {
            Refresh();
        }
        else
        {
            _starts[_count++] = start;
        }

        foreach (var view in _open)
        {
            view.SealedEnd ??= start;
        }
    }

    private int IndexOf(long offset)
    {
        var at = _count - 1;
        while (at >= 0 && _starts[at] > offset)
        {
            at--;
        }

        return at;
    }
}
