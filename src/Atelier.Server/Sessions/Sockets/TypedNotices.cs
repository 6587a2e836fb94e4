namespace Atelier.Server.Sessions.Sockets;

/// <summary>Tells an agent's host what somebody types at it, so that its echo is not taken for work. At most so often, and never more than the end of it.</summary>
/// <remarks>The first key is told at once; what follows soon is told together. Losing one costs a moment of wrong activity, nothing else.</remarks>
internal sealed class TypedNotices : IDisposable
{
    /// <summary>Two notices of one viewer are at least this far apart.</summary>
    public static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>The host looks for the end of what was typed; a paste is cut to it.</summary>
    public const int MaxBytes = 1024;

    private readonly Lock _gate = new();
    private readonly Action<byte[]> _tell;
    private readonly ITimer _timer;
    private byte[] _waiting = [];
    private bool _hasJustTold;
    private bool _isOver;

    public TypedNotices(Action<byte[]> tell, TimeProvider clock)
    {
        _tell = tell;
        _timer = clock.CreateTimer(_ => TellWhatWaited(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Typed(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            byte[] all = [.. _waiting, .. bytes];
            _waiting = all.Length > MaxBytes ? all[^MaxBytes..] : all;
            if (!_hasJustTold)
            {
                Tell();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
        }

        _timer.Dispose();
    }

    private void TellWhatWaited()
    {
        lock (_gate)
        {
            _hasJustTold = false;
            if (_waiting.Length > 0 && !_isOver)
            {
                Tell();
            }
        }
    }

    private void Tell()
    {
        _tell(_waiting);
        _waiting = [];
        _hasJustTold = true;
        _timer.Change(AtMostEvery, Timeout.InfiniteTimeSpan);
    }
}
