using Atelier.TestKit.Recordings;

namespace Atelier.HostDaemon.Tests.Activity;

public sealed class RecordedActivityTests(ITestOutputHelper output)
{
    /// <summary>Figures are written with one decimal.</summary>
    private const double Rounding = 0.1;

    [Fact]
    public void The_figures_do_not_fall_below_the_last_ones()
    {
        var last = ActivityFigures.ReadFirstTable(File.ReadAllText(ResultsFile()));
        var now = ActivityFigures.Of(AgentRecording.Kept, recording => DetectorRun.Over(recording));

        output.WriteLine(ActivityFigures.Table(now));
        Assert.Equal(last.Select(row => row.Program), now.Select(row => row.Program));
        Assert.All(now.Zip(last), pair => Assert.All(
            pair.First.Figures.Zip(pair.Second.Figures),
            figure => Assert.True(
                figure.First >= figure.Second - Rounding,
                $"{pair.First.Program}: {figure.First:f1} is below {figure.Second:f1}")));
    }

    [Fact]
    public void Every_program_was_recorded_in_every_state_and_all_of_them_for_half_an_hour()
    {
        Assert.All(
            AgentRecording.Kept.GroupBy(recording => recording.Program),
            program => Assert.Superset(
                ActivityFigures.States.ToHashSet(),
                program.SelectMany(recording => recording.Intervals).Select(interval => interval.State).ToHashSet()));
        Assert.True(AgentRecording.Kept.GroupBy(recording => recording.Program).Count() >= 4);
        Assert.True(AgentRecording.Kept.Sum(recording => recording.Seconds) > 30 * 60);
    }

    /// <summary>With ATELIER_WRITE_RESULTS=1 it puts new figures into the results file; the text around them stays.</summary>
    [Fact]
    public void The_results_file_has_all_tables()
    {
        var tables = new Dictionary<string, Func<string>>
        {
            ["detector"] = () => ActivityFigures.Table(
                ActivityFigures.Of(AgentRecording.Kept, recording => DetectorRun.Over(recording))),
            ["common-rule"] = () => ActivityFigures.Table(
                ActivityFigures.Of(AgentRecording.Kept, PredecessorRule.Over)),
            ["strict"] = () => ActivityFigures.Table(
                ActivityFigures.Of(AgentRecording.Kept, recording => DetectorRun.Over(recording), toleranceSeconds: 0.7)),
            ["common-rule-strict"] = () => ActivityFigures.Table(
                ActivityFigures.Of(AgentRecording.Kept, PredecessorRule.Over, toleranceSeconds: 0.7)),
            ["without-hints"] = () => ActivityFigures.Table(
                ActivityFigures.Of(AgentRecording.Kept, recording => DetectorRun.Over(recording, withoutHints: true))),
            ["private"] = () => ActivityFigures.Table(
                [
                    .. ActivityFigures.Of(AgentRecording.Private, recording => DetectorRun.Over(recording)),
                    .. ActivityFigures.Of(AgentRecording.Private, PredecessorRule.Over)
                        .Select(row => row with { Program = row.Program + ", common rule" }),
                ]),
        };
        var document = File.ReadAllText(ResultsFile());
        Assert.All(tables.Keys, name => Assert.Contains($"<!-- {name} -->", document, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("ATELIER_WRITE_RESULTS") != "1")
        {
            return;
        }

        foreach (var (name, table) in tables.Where(table => table.Key != "private" || AgentRecording.Private.Count > 0))
        {
            var begin = document.IndexOf($"<!-- {name} -->", StringComparison.Ordinal) + $"<!-- {name} -->".Length;
            var end = document.IndexOf("<!-- end -->", begin, StringComparison.Ordinal);
            document = $"{document[..begin]}\n{table()}\n{document[end..]}";
        }

        File.WriteAllText(ResultsFile(), document);
    }

    private static string ResultsFile()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "benchmarks", "results", "activity.md")))
            {
                return Path.Combine(folder, "benchmarks", "results", "activity.md");
            }
        }

        throw new FileNotFoundException("No benchmarks/results/activity.md above the tests.");
    }
}
