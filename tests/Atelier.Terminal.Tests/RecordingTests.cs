using Atelier.Terminal.Snapshots;

namespace Atelier.Terminal.Tests;

/// <summary>Real programs, cut at random: the screen is the page's, and a snapshot and the rest make it the page's again.</summary>
public sealed class RecordingTests(Oracle oracle, ITestOutputHelper output) : IClassFixture<Oracle>
{
    private const int AllLines = int.MaxValue / 2;

    [Fact]
    public void There_are_twenty_recordings_of_real_programs() => Assert.True(Recording.All.Count >= 20);

    [Fact]
    [Trait("kind", "random")]
    public void A_snapshot_and_the_rest_make_the_same_screen() => CompareAtCuts(cuts: 60);

    [Fact]
    [Trait("kind", "soak")]
    public void A_snapshot_and_the_rest_make_the_same_screen_at_a_thousand_cuts() => CompareAtCuts(cuts: 1000);

    private void CompareAtCuts(int cuts)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("ATELIER_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"ATELIER_SEED={seed}");
        var random = new Random(seed);
        var recordings = Recording.All;
        var failures = new List<string>();
        for (var cut = 0; cut < cuts; cut++)
        {
            var recording = recordings[cut % recordings.Count];
            var at = random.Next(recording.Output.Length + 1);
            if (CompareAt(recording, at, random) is { } failure)
            {
                failures.Add($"{recording.Name} cut at {at}: {failure}");
            }
        }

        Assert.True(failures.Count == 0, $"ATELIER_SEED={seed}: {failures.Count} of {cuts} cuts\n{string.Join("\n\n", failures.Take(12))}");
    }

    private string? CompareAt(Recording recording, int at, Random random)
    {
        using var whole = oracle.Create(recording.Columns, recording.Rows);
        var screen = new Screen(recording.Columns, recording.Rows);
        recording.Play(0, at, bytes => FeedInPieces(screen, bytes, random), screen.Resize);
        Assert.Equal(at, screen.Offset);
        var from = (int)screen.SnapshotOffset;
        recording.Play(0, from, whole.Feed, whole.Resize);
        var (columns, rows) = recording.SizeBefore(from);
        whole.Resize(columns, rows);
        foreach (var change in recording.Resizes.Where(change => change.Offset >= from && change.Offset < at))
        {
            // The sizes of an unfinished sequence's bytes come before it.
            whole.Resize(change.Columns, change.Rows);
        }

        if (Difference(whole.Describe(AllLines), screen.Describe(AllLines)) is { } before)
        {
            return $"at the cut, {before}";
        }

        var restored = Checkpoint.Read(Checkpoint.Write(screen));
        Assert.Equal(screen.SnapshotOffset, restored.Offset);
        if (Difference(screen.Describe(AllLines), restored.Describe(AllLines)) is { } checkpoint)
        {
            return $"from the checkpoint, {checkpoint}";
        }

        using var late = oracle.Create(screen.Columns, screen.Rows);
        late.Feed(screen.Snapshot());
        if (Difference(whole.Describe(AllLines), late.Describe(AllLines)) is { } after)
        {
            return $"after the snapshot, {after}";
        }

        var rest = recording with { Resizes = [.. recording.Resizes.Where(change => change.Offset >= at)] };
        foreach (var terminal in new[] { whole, late })
        {
            rest.Play(from, recording.Output.Length, terminal.Feed, terminal.Resize);
        }

        return Difference(whole.Describe(AllLines), late.Describe(AllLines)) is { } end ? $"at the end, {end}" : null;
    }

    private static void FeedInPieces(Screen screen, ReadOnlySpan<byte> bytes, Random random)
    {
        while (bytes.Length > 0)
        {
            var count = Math.Min(bytes.Length, random.Next(1, random.Next(2) == 0 ? 20 : 20_000));
            screen.Feed(bytes[..count]);
            bytes = bytes[count..];
        }
    }

    internal static string? Difference(string[] expected, string[] actual)
    {
        for (var line = 0; line < Math.Max(expected.Length, actual.Length); line++)
        {
            var (one, other) = (expected.ElementAtOrDefault(line), actual.ElementAtOrDefault(line));
            if (one != other)
            {
                return $"line {line} of {expected.Length} and {actual.Length}:\n  expected {one}\n  actual   {other}";
            }
        }

        return null;
    }
}
