using Atelier.HostDaemon.AgentAdapters.Files;

namespace Atelier.HostDaemon.Tests.AgentAdapters.Files;

public sealed class TextMergeTests
{
    public static TheoryData<string, string, string, string?> Cases => new()
    {
        { "a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n" },
        { "a\nb\nc\n", "A\nb\nc\n", "a\nB\nc\n", "A\nB\nc\n" },
        { "a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n", null },
        { "a\nb\nc\n", "a\nX\nc\n", "a\nX\nC\n", null },
        { "a\nb\n", "a\nx\nb\n", "a\ny\nb\n", null },
        { "a\nb\n", "a\nx\nb\n", "a\nx\nb\n", "a\nx\nb\n" },
        { "a\nb\nc\n", "b\nc\n", "a\nb\n", "b\n" },
        { "a\nb\nc\n", "a\nc\n", "a\nB\nc\n", null },
        { "a\nb\nc\n", "x\na\nb\nc\n", "a\nb\nc\ny\n", "x\na\nb\nc\ny\n" },
        { "", "x\n", "y\n", null },
        { "a\nb", "a\nb\n", "A\nb", "A\nb\n" },
        { "a\n", "a\n", "b\n", "b\n" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("rule", "AL16")]
    public void Changes_that_lie_apart_are_both_made(string before, string theirs, string ours, string? expected)
    {
        Assert.Equal(expected, TextMerge.Of(before, theirs, ours).Text);
        Assert.Equal(expected, TextMerge.Of(before, ours, theirs).Text);
    }

    [Fact]
    [Trait("kind", "random")]
    [Trait("rule", "AL16")]
    public void What_is_different_makes_one_text_of_the_other()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var (before, after) = (RandomLines(random), RandomLines(random));
            var made = new List<string>();
            var at = 0;
            foreach (var change in LineDiff.Between(before, after))
            {
                Assert.True(change.From >= at, $"seed {seed}, round {round}");
                made.AddRange(before[at..change.From]);
                made.AddRange(after[change.NewFrom..change.NewTo]);
                at = change.To;
            }

            made.AddRange(before[at..]);
            Assert.True(after.SequenceEqual(made), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    [Trait("rule", "AL16")]
    public void Texts_that_have_nothing_in_common_are_one_change()
    {
        var before = Enumerable.Range(0, 5000).Select(number => $"a{number}\n").ToArray();
        var after = Enumerable.Range(0, 5000).Select(number => $"b{number}\n").ToArray();

        Assert.Equal([new LineChange(0, 5000, 0, 5000)], LineDiff.Between(before, after));
    }

    private static string[] RandomLines(Random random) => [.. Enumerable.Range(0, random.Next(12)).Select(_ => $"{(char)('a' + random.Next(4))}\n")];
}
