using Atelier.TestKit.Recordings;

namespace Atelier.HostDaemon.Tests.Activity;

public sealed class RecordedActivityTests(ITestOutputHelper output)
{
    [Fact]
    public void Print()
    {
        foreach (var recording in AgentRecording.Kept.Concat(AgentRecording.Private))
        {
            var mine = new ActivityScore();
            var verdicts = DetectorRun.Over(recording, []);
            mine.Add(recording, verdicts);
            var theirs = new ActivityScore();
            theirs.Add(recording, PredecessorRule.Over(recording));
            output.WriteLine($"{recording,-20} {Line(mine)} | {Line(theirs)}");
            if (recording.Program != "codex" && (mine.Recall("active") < 0.999 || mine.ChangesPerChange > 1))
            {
                output.WriteLine("   " + string.Join(" ", recording.Intervals.Select(i => $"{i.From:f1}:{i.State}")));
                output.WriteLine("   " + string.Join(" ", verdicts.Select(i => $"{i.At:f1}:{i.State}")));
            }
        }
    }

    private static string Line(ActivityScore score) =>
        string.Join(" ", new[] { "idle", "active", "asking" }.Select(state =>
            $"{state} {score.Precision(state) * 100:f1}/{score.Recall(state) * 100:f1}")) + $" x{score.ChangesPerChange:f2}";
}
