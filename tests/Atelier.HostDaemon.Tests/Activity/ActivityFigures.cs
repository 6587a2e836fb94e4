using System.Globalization;
using Atelier.TestKit.Recordings;

namespace Atelier.HostDaemon.Tests.Activity;

/// <summary>Precision and recall of one program's recordings, in per cent, as a row of a table.</summary>
internal sealed record ActivityFigures(string Program, double Minutes, IReadOnlyList<double> Figures, double ChangesPerChange)
{
    public static readonly string[] States = ["idle", "active", "asking"];

    private const string HeldOut = "codex";

    /// <summary>A row for each program, and one for all of them.</summary>
    public static IReadOnlyList<ActivityFigures> Of(
        IReadOnlyList<AgentRecording> recordings,
        Func<AgentRecording, List<(double At, string State)>> detector,
        double toleranceSeconds = ActivityScore.ToleranceSeconds)
    {
        var verdicts = recordings.ToDictionary(recording => recording, detector);
        ActivityFigures Row(string name, IEnumerable<AgentRecording> some)
        {
            var score = new ActivityScore(toleranceSeconds);
            foreach (var recording in some)
            {
                score.Add(recording, verdicts[recording]);
            }

            var figures = States.SelectMany(state => (double[])[score.Precision(state) * 100, score.Recall(state) * 100]);
            return new ActivityFigures(name, score.Seconds / 60, [.. figures], score.ChangesPerChange);
        }

        var rows = recordings.GroupBy(recording => recording.Program)
            .Select(program => Row(program.Key + (program.Key == HeldOut ? " (held out)" : ""), program))
            .ToList();
        return rows.Count > 1 ? [.. rows, Row("all", recordings)] : rows;
    }

    public static string Table(IEnumerable<ActivityFigures> rows) => string.Join('\n',
        (string[])
        [
            "| program | minutes | idle P / R | active P / R | asking P / R | changes |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
            .. rows.Select(row => row.ToString()),
        ]);

    /// <summary>Reads the rows of the first table of a document.</summary>
    public static IReadOnlyList<ActivityFigures> ReadFirstTable(string document) =>
    [
        .. document.Split('\n')
            .SkipWhile(line => !line.StartsWith("| ---", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1])
            .Select(cells => new ActivityFigures(
                cells[0],
                Number(cells[1]),
                [.. cells[2..5].SelectMany(cell => cell.Split('/')).Select(Number)],
                Number(cells[5]))),
    ];

    public override string ToString()
    {
        var invariant = CultureInfo.InvariantCulture;
        var cells = Figures.Chunk(2).Select(pair => string.Create(invariant, $"{Down(pair[0]):f1} / {Down(pair[1]):f1}"));
        return string.Create(
            invariant, $"| {Program} | {Minutes:f1} | {string.Join(" | ", cells)} | {ChangesPerChange:f2} |");
    }

    // Rounded down: 100 means never wrong.
    private static double Down(double figure) => Math.Floor(figure * 10 + 1e-6) / 10;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
