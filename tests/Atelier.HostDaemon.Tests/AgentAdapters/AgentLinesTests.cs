using System.Text;
using Atelier.HostDaemon.AgentAdapters;

namespace Atelier.HostDaemon.Tests.AgentAdapters;

public sealed class AgentLinesTests
{
    [Fact]
    [Trait("kind", "random")]
    [Trait("rule", "AL2")]
    public async Task Lines_and_their_ends_are_the_same_in_whatever_pieces_the_output_comes()
    {
        const int seed = 7;
        var random = new Random(seed);
        var output = Encoding.UTF8.GetBytes("one\ntwö\n\n" + new string('x', 500) + "\nlast\nbegun");
        for (var round = 0; round < 200; round++)
        {
            var lines = new AgentLines(100);
            var heard = new List<(string, long)>();
            for (var at = 0; at < output.Length;)
            {
                var count = Math.Min(random.Next(1, 40), output.Length - at);
                await lines.TakeAsync(output.AsMemory(at, count), (line, end) =>
                {
                    heard.Add((Encoding.UTF8.GetString(line.Bytes.Span), end));
                    return ValueTask.CompletedTask;
                });
                at += count;
            }

            Assert.Equal([("one", 104), ("twö", 109), ("", 110), (new string('x', 500), 611), ("last", 616)], heard);
            Assert.Equal(621, lines.Offset);
        }
    }

    [Theory]
    [Trait("rule", "AL11")]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task A_line_that_is_too_long_is_told_once_and_counts_as_read(int piece)
    {
        var output = Encoding.UTF8.GetBytes($"one\n{new string('x', 64)}\ntwo\n");
        var lines = new AgentLines(0, maxLineBytes: 16);
        var heard = new List<string>();
        var ends = new List<long>();
        for (var at = 0; at < output.Length; at += piece)
        {
            await lines.TakeAsync(output.AsMemory(at, Math.Min(piece, output.Length - at)), (line, end) =>
            {
                heard.Add(line.IsTooLong ? "too long" : Encoding.UTF8.GetString(line.Bytes.Span));
                ends.Add(end);
                return ValueTask.CompletedTask;
            });
        }

        Assert.Equal(["one", "too long", "two"], heard.Where(text => text.Length > 0));
        Assert.Equal(ends.Order(), ends);
        Assert.Equal(output.Length, ends[^1]);
    }
}
