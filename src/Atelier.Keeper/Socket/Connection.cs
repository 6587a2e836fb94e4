using Atelier.Keeper.Json;
using Atelier.Keeper.Input;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Socket;

/// <summary>One client of the keeper: what it sends, what waits for it, and the log it reads.</summary>
internal sealed class Connection(int fd, long acceptedAt)
{
    // Who asks and does not read the answers is not listened to.
    private const int MaxWaitingBytes = 64 << 10;
    private const int MaxBytesPerTurn = 1 << 20;
    private const long LastWordMilliseconds = 5_000;
    private const long NewcomerMilliseconds = 1_000;

    private readonly Outbox _outbox = new();

    public int Fd { get; } = fd;

    public ReceiveBuffer Received { get; } = new();

    /// <summary>Whether it has said hello.</summary>
    public bool IsGreeted { get; set; }

    /// <summary>Who types on it; null for a reader.</summary>
    public Typist? Typist { get; set; }

    public Feed? Feed { get; private set; }

    /// <summary>Whether its next frame has to wait; nothing more is taken from it meanwhile.</summary>
    public bool IsRequestWaiting { get; set; }

    /// <summary>Whether it wants to read from elsewhere, as soon as the frame that is on its way is whole.</summary>
    public bool IsMoving { get; set; }

    /// <summary>When, in ticks, it is closed even if it has not taken everything; null while it is wanted.</summary>
    public long? CloseAt { get; private set; }

    /// <summary>Whether it is gone, or has taken its last word.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether it has been told everything for ever.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Whether it takes no more now.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>Whether there is more for it than one turn allows.</summary>
    public bool HasMore { get; private set; }

    public bool WantsReceive => !IsRequestWaiting && CloseAt is null && _outbox.Count < MaxWaitingBytes;

    /// <summary>Whether it has been sent everything there is; who has just come may still want to attach.</summary>
    public bool HasEverything(long now) =>
        _outbox.Count == 0 && (Feed?.IsCurrent ?? now >= acceptedAt + NewcomerMilliseconds);

    public void Send(ReadOnlySpan<byte> frame)
    {
        if (CloseAt is null)
        {
            _outbox.Add(frame);
        }
    }

    /// <summary>Says why, and closes once that is sent.</summary>
    public void Refuse(string reason, long now)
    {
        Send(MessageWriter.Frame(new RefusedNotice(reason)));
        CloseAt ??= now + LastWordMilliseconds;
    }

    /// <summary>Gives it another log or place to read from. A frame that is open is finished first.</summary>
    public void Attach(Feed feed)
    {
        Feed?.LeaveSegment();
        Feed = feed;
        IsMoving = false;
    }

    /// <summary>Sends until it is current, takes no more, or has had its share of this turn.</summary>
    public void Pump(long now)
    {
        HasMore = false;
        IsBlocked = false;
        var budgetEnd = (Feed?.Frame.Position ?? 0) + MaxBytesPerTurn;
        while (true)
        {
            if (Feed is { Frame.IsOpen: true })
            {
                if (!Feed.TrySend(Fd))
                {
                    NoteRefusedBytes();
                    return;
                }
            }

            if (!_outbox.TrySend(Fd))
            {
                NoteRefusedBytes();
                return;
            }

            if (CloseAt is not null)
            {
                IsOver = true;
                return;
            }

            if (Feed is null || IsMoving || !Feed.TryAdvance(this, now))
            {
                return;
            }

            if (Feed.IsUnpacking || Feed.Frame.Position >= budgetEnd)
            {
                HasMore = true;
                return;
            }
        }
    }

    /// <summary>Says that nothing more will come; it is closed when the other side has read that and closes, too.</summary>
    public void Finish()
    {
        if (!IsFinished)
        {
            IsFinished = true;
            _ = Libc.Shutdown(Fd, Linux.ShutdownWrite);
        }
    }

    public void Close()
    {
        Feed?.LeaveSegment();
        Finish();
        _ = Libc.Close(Fd);
    }

    private void NoteRefusedBytes()
    {
        if (Libc.Error == Linux.Again)
        {
            IsBlocked = true;
        }
        else
        {
            IsOver = true;
        }
    }
}
