using System.Text;
using Atelier.HostDaemon.Activity;
using Atelier.TestKit.Recordings;

namespace Atelier.HostDaemon.Tests.Activity;

/// <summary>The detector over a recording, looking as the daemon does: after output, at most so often, until it is settled.</summary>
/// <remarks>It knows no pattern of any program. Without hints it does not know either how programs say that they can be stopped.</remarks>
internal static class DetectorRun
{
    private static readonly DateTimeOffset s_begin = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    public static List<(double At, string State)> Over(AgentRecording recording, bool withoutHints = false)
    {
        var activity = new AgentActivity(new AskingPatterns([]));
        var verdicts = new List<(double, string)>();
        var events = new Queue<RecordedEvent>(recording.Screens());
        var lookEvery = ActivityTimings.BetweenLooks.TotalSeconds;
        for (var look = lookEvery; look < recording.Seconds; look += lookEvery)
        {
            RecordedEvent.Screen? screen = null;
            while (events.TryPeek(out var next) && next.At <= look)
            {
                screen = events.Dequeue() as RecordedEvent.Screen ?? screen;
                activity = next switch
                {
                    RecordedEvent.Input input => activity.AfterInput(
                        At(input.At), TerminalInput.Read(Encoding.UTF8.GetBytes(input.Data))),
                    RecordedEvent.Resize => activity.Disturbed(At(next.At)),
                    _ => activity,
                };
            }

            if (screen is null && activity.IsSettled)
            {
                continue;
            }

            var before = activity.State;
            activity = screen is null ? activity.AfterTime(At(look)) : activity.AfterLook(At(look), Text(screen, withoutHints));
            if (activity.State != before)
            {
                verdicts.Add((look, activity.State.ToString().ToLowerInvariant()));
            }
        }

        return verdicts;
    }

    private static ScreenText Text(RecordedEvent.Screen screen, bool withoutHints)
    {
        var text = new ScreenText(screen.Rows, screen.Title);
        if (!withoutHints)
        {
            return text;
        }

        var hints = WorkingHint.On(text).ToList();
        return new ScreenText([.. screen.Rows.Select(row => hints.Exists(hint => row.Contains(hint, StringComparison.Ordinal)) ? Cover(row) : row)]);
    }

    /// <summary>The spinner stays, the words go.</summary>
    private static string Cover(string row) => string.Concat(row.Select(letter => char.IsAsciiLetter(letter) ? 'x' : letter));

    private static DateTimeOffset At(double seconds) => s_begin + TimeSpan.FromSeconds(seconds);
}
