using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>What a program has said since the last batch was sent.</summary>
internal sealed class GatheredBatch
{
    /// <summary>Most notices of a batch.</summary>
    public const int MaxNotices = 500;

    /// <summary>Most output of a batch, unless one message alone is longer.</summary>
    public const long MaxBytes = 1 << 20;

    /// <summary>How long after a batch the next one that is only text is sent: what comes meanwhile is gathered, and a first word waits for nothing.</summary>
    public static readonly TimeSpan TextPause = TimeSpan.FromMilliseconds(50);

    private readonly long _from;
    private readonly TimeSpan _textNotBefore;
    private readonly List<AgentNotice> _notices = [];
    private TextRun? _text;
    private int _epoch;
    private bool _isUrgent;
    private bool _hasEnded;

    /// <param name="from">Log offset where it begins.</param>
    /// <param name="textNotBefore">When it may be sent while it is only text, as time since the beginning that <see cref="WaitAt"/> knows.</param>
    public GatheredBatch(long from, TimeSpan textNotBefore)
    {
        _from = To = from;
        _textNotBefore = textNotBefore;
    }

    /// <summary>Log offset where it ends.</summary>
    public long To { get; private set; }

    /// <summary>Whether it takes no more.</summary>
    public bool IsFull => _hasEnded || Count >= MaxNotices || To - _from >= MaxBytes;

    private int Count => _notices.Count + (_text is null ? 0 : 1);

    /// <summary>Adds a message, or bytes that are none.</summary>
    /// <param name="to">Log offset behind it.</param>
    /// <param name="epoch">The process that said it.</param>
    /// <param name="notice">The message; null when these bytes say nothing.</param>
    public void Add(long to, int epoch, AgentNotice? notice)
    {
        (To, _epoch) = (to, epoch);
        if (notice is null)
        {
            return;
        }

        if (_text is { } text && text.TryAdd(notice))
        {
            return;
        }

        EndText();
        _text = TextRun.Begin(notice);
        if (_text is null)
        {
            _notices.Add(notice);
            _isUrgent = true;
            _hasEnded = notice is AgentNotice.Ended;
        }
    }

    /// <summary>How long it may still wait before it is sent; null when there is nothing to send.</summary>
    /// <param name="now">Time since some beginning.</param>
    public TimeSpan? WaitAt(TimeSpan now) =>
        IsFull || _isUrgent || (_text is not null && now >= _textNotBefore) ? TimeSpan.Zero
        : _text is not null ? _textNotBefore - now
        : null;

    /// <summary>All of it.</summary>
    public AgentBatch Close(string workerId)
    {
        EndText();
        return new AgentBatch(workerId, _from, To, _epoch, _notices);
    }

    private void EndText()
    {
        if (_text is { } text)
        {
            _notices.Add(text.Whole());
            _text = null;
        }
    }
}
