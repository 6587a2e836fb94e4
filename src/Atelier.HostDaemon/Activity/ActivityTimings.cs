namespace Atelier.HostDaemon.Activity;

/// <summary>How long the detector waits for what. The recordings decide these (benchmarks/results/activity.md).</summary>
internal static class ActivityTimings
{
    /// <summary>Time between two looks while something may change.</summary>
    public static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    /// <summary>A question counts when it has stood this long.</summary>
    public static readonly TimeSpan AskingSettles = TimeSpan.FromMilliseconds(300);

    /// <summary>A question that is off the screen for less was only being redrawn.</summary>
    public static readonly TimeSpan AskingLingers = TimeSpan.FromMilliseconds(700);

    /// <summary>Changes are weighed over this long.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    /// <summary>Changes over less than this are one redraw, not work.</summary>
    public static readonly TimeSpan LeastSpan = TimeSpan.FromMilliseconds(600);

    /// <summary>Looks with changes in the window that make work of it.</summary>
    public const int LeastChanges = 3;

    /// <summary>A screen that stays the same this long belongs to an idle program.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromSeconds(2);

    /// <summary>The same when the program had said how to stop it and says so no more.</summary>
    public static readonly TimeSpan StableWithoutHint = TimeSpan.FromMilliseconds(600);

    /// <summary>The same while it still says how to stop it: some stand still while they wait for the model.</summary>
    public static readonly TimeSpan StableWithHint = TimeSpan.FromSeconds(30);

    /// <summary>Changes this soon after a resize, a change of focus or a terminal's answer are its redraw.</summary>
    public static readonly TimeSpan Disturbed = TimeSpan.FromSeconds(1);

    /// <summary>Changes this soon after a key are its echo.</summary>
    public static readonly TimeSpan Typing = TimeSpan.FromSeconds(1);

    /// <summary>A program is up when its first screen has stood this long.</summary>
    public static readonly TimeSpan StartSettles = TimeSpan.FromMilliseconds(1500);

    /// <summary>One whose first screen keeps changing for longer is no longer starting: it works.</summary>
    public static readonly TimeSpan StartsAtMost = TimeSpan.FromSeconds(10);
}
