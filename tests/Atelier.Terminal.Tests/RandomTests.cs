using System.Text;
using Atelier.Terminal.Snapshots;

namespace Atelier.Terminal.Tests;

/// <summary>Made-up output: the screen stays the page's, whatever it is and however it is cut.</summary>
public sealed class RandomTests(Oracle oracle, ITestOutputHelper output) : IClassFixture<Oracle>
{
    private const int AllLines = int.MaxValue / 2;

    [Fact]
    [Trait("kind", "random")]
    public void Made_up_output_makes_the_screen_of_the_page() => CompareRounds(60, seed: 1);

    [Fact]
    [Trait("kind", "soak")]
    public void Made_up_output_makes_the_screen_of_the_page_for_long() => CompareRounds(3000, seed: Random.Shared.Next(1 << 30));

    private void CompareRounds(int rounds, int seed)
    {
        seed = int.TryParse(Environment.GetEnvironmentVariable("ATELIER_SEED"), out var given) ? given : seed;
        output.WriteLine($"ATELIER_SEED={seed}");
        var failures = new List<string>();
        for (var round = 0; round < rounds; round++)
        {
            if (CompareRound(new Random(seed + round)) is { } failure)
            {
                failures.Add($"ATELIER_SEED={seed + round}: {failure}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {rounds} rounds\n{string.Join("\n\n", failures.OrderBy(failure => failure.Length).Take(8))}");
    }

    private string? CompareRound(Random random)
    {
        var made = new RandomOutput(random);
        var (columns, rows) = (random.Next(5, 30), random.Next(2, 12));
        var screen = new Screen(columns, rows, scrollBackLines: 50);
        using var page = oracle.Create(columns, rows, scrollBack: 50);
        var history = new StringBuilder();

        var resizes = random.Next(2) == 0;
        for (var step = random.Next(1, 15); step > 0; step--)
        {
            if (resizes && random.Next(6) == 0)
            {
                (columns, rows) = (random.Next(5, 30), random.Next(2, 12));
                history.Append($"<{columns}x{rows}>");
                screen.Resize(columns, rows);
                page.Resize(columns, rows);
            }

            var text = made.Next(columns, rows, isResized: resizes);
            history.Append(text);
            screen.Feed(Encoding.UTF8.GetBytes(text));
            page.Feed(text);
        }

        // Whatever is unfinished ends here.
        screen.Feed("\x18"u8);
        page.Feed("\x18");
        var expected = page.Describe(AllLines);
        if (RecordingTests.Difference(expected, screen.Describe(AllLines)) is { } difference)
        {
            return $"{Readable(history)}\n{difference}";
        }

        using var late = oracle.Create(columns, rows, scrollBack: 50);
        late.Feed(screen.Snapshot());
        if (RecordingTests.Difference(expected, late.Describe(AllLines)) is { } after)
        {
            return $"{Readable(history)}\nafter {Readable(new StringBuilder(screen.Snapshot()))}\n{after}";
        }

        var restored = Checkpoint.Read(Checkpoint.Write(screen));
        return RecordingTests.Difference(screen.Describe(AllLines), restored.Describe(AllLines)) is { } checkpoint
            ? $"{Readable(history)}\nfrom the checkpoint {checkpoint}"
            : null;
    }

    private static string Readable(StringBuilder text) => text.ToString().Replace("\e", "ESC").Replace("\r", "CR").Replace("\n", "LF").Replace("\b", "BS")
        .Replace("\x0e", "SO").Replace("\x0f", "SI").Replace("\t", "HT").Replace("\v", "VT").Replace("\a", "BEL");
}
