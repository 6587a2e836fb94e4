using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.Activity;

/// <summary>Keeps an eye on one agent's screen: looks while something may change, and tells when the agent's activity did.</summary>
/// <remarks>
/// It holds no screen: <c>look</c> gives the text of the moment and may be called from any thread. <c>changed</c> is called in order and
/// must not wait. An agent that is idle or asks costs nothing until it prints, is typed at or resized.
/// </remarks>
internal sealed class ActivityWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Func<ScreenText> _look;
    private readonly Action<ActivityState> _changed;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private AgentActivity _activity;
    private bool _hasOutput;
    private bool _isAwake;
    private bool _isOver;

    public ActivityWatch(AskingPatterns patterns, Func<ScreenText> look, Action<ActivityState> changed, TimeProvider time)
    {
        _activity = new AgentActivity(patterns);
        _look = look;
        _changed = changed;
        _time = time;
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
        {
            // After a restart of the daemon the screen is there, and nothing may be printed for long.
            _hasOutput = true;
            Wake();
        }
    }

    public ActivityState State
    {
        get
        {
            lock (_gate)
            {
                return _activity.State;
            }
        }
    }

    /// <summary>The program printed something, and the screen has it.</summary>
    public void AfterOutput()
    {
        lock (_gate)
        {
            _hasOutput = true;
            Wake();
        }
    }

    /// <summary>Bytes went to the program.</summary>
    public void AfterInput(ReadOnlySpan<byte> bytes)
    {
        var input = TerminalInput.Read(bytes);
        lock (_gate)
        {
            _activity = _activity.AfterInput(_time.GetUtcNow(), input);
            Wake();
        }
    }

    /// <summary>The terminal got another size, and the program will redraw.</summary>
    public void AfterResize()
    {
        lock (_gate)
        {
            _activity = _activity.Disturbed(_time.GetUtcNow());
            _hasOutput = true;
            Wake();
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

    private void Look()
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            var before = _activity.State;
            var now = _time.GetUtcNow();
            _activity = _hasOutput ? _activity.AfterLook(now, _look()) : _activity.AfterTime(now);
            _hasOutput = false;
            if (_activity.State != before)
            {
                _changed(_activity.State);
            }

            if (_activity.IsSettled)
            {
                _isAwake = false;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Wake()
    {
        if (!_isAwake && !_isOver)
        {
            _isAwake = true;
            _timer.Change(ActivityTimings.BetweenLooks, ActivityTimings.BetweenLooks);
        }
    }
}
