using System.Text;
using Atelier.HostDaemon.Activity;
using Atelier.Terminal;
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
        var events = new Queue<RecordedEvent>(recording.Events());
        var screen = new Screen(recording.Size.Columns, recording.Size.Rows, scrollBackLines: 0);
        var hasOutput = false;
        var lookEvery = ActivityTimings.BetweenLooks.TotalSeconds;
        for (var look = lookEvery; look < recording.Seconds; look += lookEvery)
        {
            while (events.TryPeek(out var next) && next.At <= look)
            {
                switch (events.Dequeue())
                {
                    case RecordedEvent.Output output:
                        screen.Feed(Encoding.UTF8.GetBytes(output.Data));
                        hasOutput = true;
                        break;
                    case RecordedEvent.Input input:
                        activity = activity.AfterInput(At(input.At), TerminalInput.Read(Encoding.UTF8.GetBytes(input.Data)));
                        break;
                    case RecordedEvent.Resize resize:
                        screen.Resize(resize.Columns, resize.Rows);
                        activity = activity.Disturbed(At(resize.At));
                        break;
                }
            }

            if (!hasOutput && activity.IsSettled)
            {
                continue;
            }

            var before = activity.State;
            activity = hasOutput && !screen.InSynchronizedUpdate
                ? activity.AfterLook(At(look), Text(screen, withoutHints))
                : activity.AfterTime(At(look));
            hasOutput &= screen.InSynchronizedUpdate;
            if (activity.State != before)
            {
                verdicts.Add((look, activity.State.ToString().ToLowerInvariant()));
            }
        }

        return verdicts;
    }

    private static ScreenText Text(Screen screen, bool withoutHints)
    {
        var text = new ScreenText([.. screen.PlainText.Split('\n')], screen.Title);
        if (!withoutHints)
        {
            return text;
        }

        var hints = WorkingHint.On(text).ToList();
        bool IsHint(string row) => hints.Exists(hint => row.Contains(hint, StringComparison.Ordinal));
        return new ScreenText([.. text.Rows.Select(row => IsHint(row) ? Cover(row) : row)]);
    }

    /// <summary>The spinner stays, the words go.</summary>
    private static string Cover(string row) => string.Concat(row.Select(letter => char.IsAsciiLetter(letter) ? 'x' : letter));

    private static DateTimeOffset At(double seconds) => s_begin + TimeSpan.FromSeconds(seconds);
}
