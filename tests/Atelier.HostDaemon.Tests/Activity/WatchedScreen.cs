using System.Text;
using Atelier.HostDaemon.Activity;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.Tests.Activity;

/// <summary>A screen under the detector's eyes, with a clock that only moves when told to.</summary>
internal sealed class WatchedScreen(params string[] patterns)
{
    private AgentActivity _activity = new(new AskingPatterns(patterns));
    private DateTimeOffset _now = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    public ActivityState State => _activity.State;

    public bool IsSettled => _activity.IsSettled;

    /// <summary>A program that is up and idle, with a prompt at the bottom.</summary>
    public static WatchedScreen Idle(params string[] patterns) => new WatchedScreen(patterns).Shows("> ").For(3);

    public WatchedScreen Shows(params string[] rows) => ShowsTitled("", rows);

    public WatchedScreen ShowsTitled(string title, params string[] rows)
    {
        _activity = _activity.AfterLook(_now, new ScreenText([.. rows], title));
        return this;
    }

    /// <summary>Time passes, with looks but without output.</summary>
    public WatchedScreen For(double seconds) => Repeats(seconds, null);

    /// <summary>At every look the screen is what the function says for this look's number.</summary>
    public WatchedScreen Repeats(double seconds, Func<int, string[]>? rows)
    {
        var looks = (int)Math.Round(seconds / ActivityTimings.BetweenLooks.TotalSeconds);
        for (var look = 0; look < looks; look++)
        {
            _now += ActivityTimings.BetweenLooks;
            _activity = rows is null
                ? _activity.AfterTime(_now)
                : _activity.AfterLook(_now, new ScreenText([.. rows(look)]));
        }

        return this;
    }

    public WatchedScreen Input(string data)
    {
        _activity = _activity.AfterInput(_now, TerminalInput.Read(Encoding.UTF8.GetBytes(data)));
        return this;
    }

    public WatchedScreen Resized()
    {
        _activity = _activity.Disturbed(_now);
        return this;
    }

    /// <summary>A person types a text, a key a look, and sees it behind the prompt.</summary>
    public WatchedScreen Types(string text, Func<string, string[]> rows)
    {
        for (var at = 1; at <= text.Length; at++)
        {
            Input(text[(at - 1)..at]);
            Repeats(ActivityTimings.BetweenLooks.TotalSeconds, _ => rows(text[..at]));
        }

        return this;
    }
}
