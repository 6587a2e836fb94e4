using System.Collections.Immutable;

namespace Atelier.HostDaemon.Activity;

/// <summary>How much two looks at a screen differ.</summary>
internal enum ScreenChange
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By what a person has just typed.</summary>
    Echo,

    /// <summary>By numbers or by something that blinks: a clock, a counter, a drawn cursor. An idle program may do that for ever.</summary>
    Tick,

    /// <summary>By text.</summary>
    Text,
}

internal static class ScreenChanges
{
    /// <param name="last">The screen at the last look.</param>
    /// <param name="beforeThat">What stood in each row before its last change; what comes back from there blinks.</param>
    /// <param name="now">The screen now.</param>
    /// <param name="typed">What a person typed last, and is echoed wherever it shows up.</param>
    public static ScreenChange Between(
        ScreenText last, ImmutableDictionary<int, string> beforeThat, ScreenText now, TypedText typed)
    {
        var change = ScreenChange.None;
        for (var row = 0; row < Math.Max(last.Rows.Length, now.Rows.Length) && change < ScreenChange.Text; row++)
        {
            var before = Row(last, row);
            var after = Row(now, row);
            if (before == after)
            {
                continue;
            }

            var here = typed.IsEchoedIn(after) || typed.IsEchoedIn(before) ? ScreenChange.Echo
                : after == beforeThat.GetValueOrDefault(row) || IsSameButNumbers(before, after) ? ScreenChange.Tick
                : ScreenChange.Text;
            change = here > change ? here : change;
        }

        return change;
    }

    /// <summary>What stood in each row before its last change, this change included.</summary>
    public static ImmutableDictionary<int, string> Remember(
        ImmutableDictionary<int, string> beforeThat, ScreenText last, ScreenText now)
    {
        for (var row = 0; row < last.Rows.Length; row++)
        {
            if (last.Rows[row] != Row(now, row))
            {
                beforeThat = beforeThat.SetItem(row, last.Rows[row]);
            }
        }

        return beforeThat;
    }

    private static string Row(ScreenText screen, int row) => row < screen.Rows.Length ? screen.Rows[row] : "";

    private static bool IsSameButNumbers(string before, string after)
    {
        if (before.Length != after.Length)
        {
            return false;
        }

        for (var at = 0; at < before.Length; at++)
        {
            if (before[at] != after[at] && !(char.IsAsciiDigit(before[at]) && char.IsAsciiDigit(after[at])))
            {
                return false;
            }
        }

        return true;
    }
}
