using System.Diagnostics;

namespace Atelier.Server.Tests.Agents;

/// <summary>A clock that goes faster, so that what waits for time does not keep a test waiting.</summary>
internal sealed class HurriedTime(int times) : TimeProvider
{
    private readonly DateTimeOffset _began = System.GetUtcNow();
    private readonly long _beganAt = Stopwatch.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _began + (Stopwatch.GetElapsedTime(_beganAt) * times);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Hurried(dueTime), Hurried(period));

    private TimeSpan Hurried(TimeSpan time) => time <= TimeSpan.Zero ? time : time / times;
}
