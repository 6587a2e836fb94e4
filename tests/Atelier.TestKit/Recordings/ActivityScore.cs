namespace Atelier.TestKit.Recordings;

/// <summary>How right a detector was, by time: seconds that it called a state rightly, falsely, or missed.</summary>
/// <remarks>
/// Time is judged in steps of 50 ms. Near the border of two labels either is right: nobody sees a program turn at once, and the
/// model server's word for the end of an answer comes a moment before or after the program's. What is starting is not judged.
/// </remarks>
public sealed class ActivityScore(double toleranceSeconds = ActivityScore.ToleranceSeconds)
{
    /// <summary>How far from a border between two labels both are right.</summary>
    public const double ToleranceSeconds = 1.5;

    private const double Step = 0.05;

    private int _changes;
    private int _expected;

    private readonly Dictionary<string, (double Right, double Falsely, double Missed)> _seconds = new(StringComparer.Ordinal)
    {
        ["idle"] = default,
        ["active"] = default,
        ["asking"] = default,
    };

    public double Seconds { get; private set; }

    /// <summary>How often the verdict changed for every change that was to be seen; 1 is right, more is flicker.</summary>
    public double ChangesPerChange => _expected == 0 ? 0 : (double)_changes / _expected;

    /// <param name="recording">The truth.</param>
    /// <param name="verdicts">What the detector said, from when on; "unknown" is wrong wherever a label is.</param>
    public void Add(AgentRecording recording, IReadOnlyList<(double At, string State)> verdicts)
    {
        var next = 0;
        var verdict = "unknown";
        for (var at = 0.0; at < recording.Seconds; at += Step)
        {
            for (; next < verdicts.Count && verdicts[next].At <= at; next++)
            {
                verdict = verdicts[next].State;
            }

            Judge(recording, at, verdict);
        }

        var judged = recording.Intervals.First(interval => interval.State != "starting").From + toleranceSeconds;
        _changes += verdicts.Count(change => change.At > judged);
        _expected += recording.Intervals.Count(interval => interval.State != "starting" && interval.From > judged);
    }

    public double Precision(string state) => Ratio(_seconds[state].Right, _seconds[state].Falsely);

    public double Recall(string state) => Ratio(_seconds[state].Right, _seconds[state].Missed);

    private static double Ratio(double right, double wrong) => right + wrong == 0 ? 1 : right / (right + wrong);

    private void Judge(AgentRecording recording, double at, string verdict)
    {
        var label = recording.Intervals.First(interval => at < interval.To).State;
        var near = recording.Intervals
            .Where(interval => interval.From - toleranceSeconds <= at && at < interval.To + toleranceSeconds)
            .Select(interval => interval.State)
            .ToList();
        if (label == "starting" || near.Contains("starting"))
        {
            return;
        }

        Seconds += Step;
        if (near.Contains(verdict))
        {
            Count(verdict, right: Step);
            return;
        }

        Count(label, missed: Step);
        Count(verdict, falsely: Step);
    }

    private void Count(string state, double right = 0, double falsely = 0, double missed = 0)
    {
        if (_seconds.TryGetValue(state, out var seconds))
        {
            _seconds[state] = (seconds.Right + right, seconds.Falsely + falsely, seconds.Missed + missed);
        }
    }
}
