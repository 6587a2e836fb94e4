using System.Globalization;

namespace Atelier.MicroBenchmarks;

/// <summary>Measures in processor time of the whole process, which a busy machine does not spoil.</summary>
internal static class ProcessorTime
{
    private const int Rounds = 9;
    private const double Megabytes = 16.777216;

    public static void Print(TextWriter output)
    {
        var benchmarks = new TerminalBenchmarks();
        (string Name, Action Run)[] cases =
        [
            ("plain text in 16 KiB pieces", () => benchmarks.PlainText()),
            ("colourful text in 16 KiB pieces", () => benchmarks.ColourfulText()),
            ("full-screen redraws in 16 KiB pieces", () => benchmarks.FullScreenRedraws()),
            ("Unicode text in 16 KiB pieces", () => benchmarks.UnicodeText()),
            ("plain text as one flood of 16 MiB", () => benchmarks.PlainTextAsOneFlood()),
        ];
        foreach (var (name, run) in cases)
        {
            run();
            run();
            var seconds = Enumerable.Range(0, Rounds).Select(_ => Measured(run)).Order().ToArray();
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: median {Megabytes / seconds[Rounds / 2]:F0} MB per processor second ({Megabytes / seconds[^1]:F0} to {Megabytes / seconds[0]:F0})"));
        }

        foreach (var (name, run) in new (string, Action)[]
        {
            ("snapshot, 1,000 colourful lines", () => benchmarks.SnapshotOfAThousandColourfulLines()),
            ("checkpoint written and read", () => benchmarks.CheckpointThereAndBack()),
        })
        {
            for (var count = 0; count < 50; count++)
            {
                run();
            }

            var milliseconds = Enumerable.Range(0, Rounds).Select(_ => Measured(() =>
            {
                for (var count = 0; count < 20; count++)
                {
                    run();
                }
            }) * 1000 / 20).Order().ToArray();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: median {milliseconds[Rounds / 2]:F2} ms ({milliseconds[0]:F2} to {milliseconds[^1]:F2})"));
        }
    }

    private static double Measured(Action run)
    {
        var before = Environment.CpuUsage.TotalTime;
        run();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
