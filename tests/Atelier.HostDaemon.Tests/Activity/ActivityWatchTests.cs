using Atelier.HostDaemon.Activity;
using Atelier.Protocol.HostLink;
using Atelier.TestKit;

namespace Atelier.HostDaemon.Tests.Activity;

public sealed class ActivityWatchTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly List<ActivityState> _told = [];
    private readonly ActivityWatch _watch;
    private string[] _screen = ["> "];
    private int _looks;

    public ActivityWatchTests() => _watch = new ActivityWatch(
        new AskingPatterns([]),
        () =>
        {
            _looks++;
            return new ScreenText([.. _screen]);
        },
        _told.Add,
        _time);

    public void Dispose() => _watch.Dispose();

    [Fact]
    public void A_screen_that_is_there_from_the_start_is_judged_without_output()
    {
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal([ActivityState.Idle], _told);
        Assert.Equal(ActivityState.Idle, _watch.State);
    }

    [Fact]
    public void An_idle_agent_is_not_looked_at()
    {
        _time.Advance(TimeSpan.FromSeconds(3));
        var looks = _looks;

        Assert.Equal(0, _time.ActiveTimers);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(looks, _looks);
    }

    [Fact]
    public void Each_change_is_told_once()
    {
        _time.Advance(TimeSpan.FromSeconds(3));
        _watch.AfterInput("build it\r"u8);
        for (var step = 0; step < 40; step++)
        {
            _screen = [$"{"⠋⠙⠹⠸⠼⠴⠦⠧"[step % 8]} Thinking... (esc to cancel, {step / 10}s)"];
            _watch.AfterOutput();
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        _screen = ["Run ./build.sh?", "❯ 1. Yes", "  2. No"];
        _watch.AfterOutput();
        _time.Advance(TimeSpan.FromSeconds(5));
        _screen = ["Cancelled.", "> "];
        _watch.AfterInput("\e"u8);
        _watch.AfterOutput();
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([ActivityState.Idle, ActivityState.Active, ActivityState.Asking, ActivityState.Idle], _told);
    }

    [Fact]
    public void A_flood_costs_five_looks_a_second()
    {
        _time.Advance(TimeSpan.FromSeconds(3));
        var looks = _looks;
        for (var chunk = 0; chunk < 10_000; chunk++)
        {
            _screen = [new string((char)('a' + chunk % 26), 10)];
            _watch.AfterOutput();
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(_looks - looks, 40, 51);
    }

    [Fact]
    public void A_resize_is_not_activity()
    {
        _time.Advance(TimeSpan.FromSeconds(3));
        for (var width = 0; width < 20; width++)
        {
            _watch.AfterResize();
            _screen = [new string('-', width)];
            _watch.AfterOutput();
            _time.Advance(TimeSpan.FromMilliseconds(150));
        }

        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal([ActivityState.Idle], _told);
    }
}
