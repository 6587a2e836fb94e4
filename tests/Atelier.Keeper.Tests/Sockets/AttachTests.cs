using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;
using Atelier.TestKit;
using Atelier.TestKit.Keepers;

namespace Atelier.Keeper.Tests.Sockets;

/// <summary>Readers: where they start and what they get, from a keeper and from the log of an ended worker.</summary>
public sealed class AttachTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "KL1")]
    public async Task Unknown_frames_and_unknown_fields_are_passed_over()
    {
        await using var keeper = await StartAsync("cat");
        await using var socket = await RawSocket.ConnectAsync(keeper.Launch.Socket);
        await socket.SendAsync(KeeperFrameType.ClientHello, """{"protocol":99,"abilities":["later"],"client":"ada","mood":"fine"}""");
        await socket.SendAsync((KeeperFrameType)77, "whatever");
        await socket.SendAsync(KeeperFrameType.GetState, "{}");

        Assert.Equal([KeeperFrameType.KeeperHello, KeeperFrameType.State], await socket.ReadTypesAsync(2));
    }

    [Fact]
    [Trait("rule", "KL3")]
    public async Task Sizes_come_at_the_byte_from_which_on_they_are_true()
    {
        await using var keeper = await StartAsync("sh", "-c", "trap 'stty size' WINCH; while :; do read x || :; done");
        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.TypeAsync(1, "\r");
        await reader.ReadTextAsync("\r\n");
        for (var cols = 81; cols <= 100; cols++)
        {
            await reader.Connection.ResizeAsync(cols, 24, Token);
            await reader.ReadTextAsync($"24 {cols}\r\n");
        }

        var text = reader.Text;
        var resized = reader.Events.Where(each => each.Message is ResizedNotice).Skip(1).ToList();
        Assert.Equal(20, resized.Count);
        Assert.All(resized, each =>
        {
            var notice = (ResizedNotice)each.Message;
            Assert.Equal(each.At, notice.Offset);
            Assert.True(text.IndexOf($"24 {notice.Cols}\r\n", StringComparison.Ordinal) >= notice.Offset, $"{notice} in {text}");
        });
    }

    [Theory]
    [InlineData(0L, 1, 0L, false)]
    [InlineData(5L, 1, 5L, false)]
    [InlineData(5L, null, 5L, false)]
    [InlineData(null, null, 0L, false)]
    [InlineData(99L, null, 0L, true)]
    [InlineData(99L, 1, 0L, true)]
    [InlineData(5L, 7, 0L, true)]
    [Trait("rule", "KL4")]
    public async Task A_reader_starts_where_it_asks_or_is_told_the_gap(long? from, int? epoch, long start, bool hasGap)
    {
        await using var keeper = await StartAsync("sh", "-c", "printf 0123456789; exec cat");
        await using (var first = await keeper.AttachAsync())
        {
            await first.ReadUntilOffsetAsync(10);
        }

        await using var reader = await keeper.AttachAsync(from, epoch);
        await reader.ReadUntilOffsetAsync(10);

        Assert.Equal((start, 1, 80, 24), (reader.Attached.Offset, reader.Attached.Epoch, reader.Attached.Cols, reader.Attached.Rows));
        Assert.Equal("0123456789"[(int)start..], reader.Text);
        Assert.Equal(hasGap ? [new GapNotice(from!.Value, start)] : [], reader.All<GapNotice>());
    }

    [Fact]
    [Trait("rule", "KL4")]
    [Trait("rule", "WL5")]
    public async Task A_restarted_worker_goes_on_in_the_next_epoch_behind_its_divider()
    {
        await RunToEndAsync(KeeperProcess.Terminal(_folder, "sh", "-c", "printf one; read x; exit 3"));
        var again = KeeperProcess.Terminal(_folder, "sh", "-c", "printf two; exec cat") with { Preamble = "-----\r\n", Cols = 100 };
        await using var keeper = await KeeperProcess.StartAsync(_folder["w"], again);
        Assert.Equal(2, keeper.Ready.Epoch);

        await using var whole = await keeper.AttachAsync();
        await whole.ReadTextAsync("two");
        Assert.Equal("one\r\n-----\r\ntwo", whole.Text);
        Assert.Equal(
            [
                new EpochStartedNotice(0, 1), new ResizedNotice(0, 80, 24), new ExitedNotice(5, 3, null),
                new EpochStartedNotice(5, 2), new ResizedNotice(5, 100, 24),
            ],
            whole.Events.Skip(1).Select(each => each.Message));

        // Who had everything of the first process hears how it ended; who lies beyond its end is told.
        await using var onward = await keeper.AttachAsync(5, epoch: 1);
        await onward.ReadTextAsync("two");
        Assert.Equal(new ExitedNotice(5, 3, null), onward.Events[1].Message);
        await using var beyond = await keeper.AttachAsync(9, epoch: 1);
        await beyond.ReadTextAsync("two");
        Assert.Equal(new GapNotice(9, 5), beyond.Events[1].Message);
        await using var inside = await keeper.AttachAsync(5, epoch: 2);
        await inside.ReadTextAsync("two");
        Assert.Empty(inside.All<EpochStartedNotice>());
    }

    [Fact]
    [Trait("rule", "KL3")]
    public async Task A_new_attach_moves_the_stream()
    {
        await using var keeper = await StartAsync("sh", "-c", "seq 1 300000; exec cat");
        await using var reader = await keeper.AttachAsync();
        reader.Forgets = true;
        for (var at = 0; at < 20; at++)
        {
            await reader.ReadUntilOffsetAsync(at * 1000);
            await reader.AttachAsync(new AttachRequest(WorkerOutput.Output, at * 1000, Epoch: 1, AttachMode.Bytes));
            Assert.Equal(at * 1000, reader.Attached.Offset);
        }

        await reader.ReadUntilOffsetAsync(Expected.Sequence(300000).Length);
    }

    [Fact]
    [Trait("rule", "KL3")]
    [Trait("kind", "random")]
    public async Task Readers_that_come_and_go_get_every_byte_exactly_once()
    {
        const int seed = 20261120;
        var expected = Expected.Sequence(1_000_000);
        await using var keeper = await KeeperProcess.StartAsync(
            _folder["w"], KeeperProcess.Terminal(_folder, "sh", "-c", "seq 1 1000000; exec cat") with { SegmentBytes = 1 << 20 });
        var readers = Enumerable.Range(0, 3).Select(async number =>
        {
            var random = new Random(seed + number);
            using var all = new MemoryStream();
            while (all.Length < expected.Length)
            {
                await using var reader = await keeper.AttachAsync(all.Length, epoch: 1);
                var until = Math.Min(expected.Length, all.Length + random.Next(1, 2_000_000));
                await reader.ReadUntilOffsetAsync(until);
                all.Write(reader.Bytes);
            }

            return all.ToArray();
        });

        foreach (var bytes in await Task.WhenAll(readers))
        {
            Assert.True(expected.AsSpan().SequenceEqual(bytes), $"seed {seed}");
        }
    }

    [Fact]
    [Trait("rule", "KL5")]
    public async Task A_reader_that_does_not_read_holds_nobody_back_and_gets_everything_later()
    {
        const int lines = 8_000_000; // about 64 MiB
        await using var keeper = await StartAsync("sh", "-c", $"seq 1 {lines}; exec cat");
        await using var slow = await keeper.AttachAsync();
        slow.Forgets = true;
        await using var fast = await keeper.AttachAsync();
        var check = new SequenceCheck(lines);
        fast.OnOutput = check.Take;
        await fast.ReadUntilOffsetAsync(check.TotalBytes);
        var memory = Memory.PrivateKiB(keeper.Ready.KeeperPid);

        await slow.ReadUntilOffsetAsync(check.TotalBytes);

        Assert.InRange(memory, 0, 24 * 1024);
    }

    [Fact]
    [Trait("rule", "KL9")]
    public async Task An_exit_comes_after_the_last_byte_and_the_keeper_goes()
    {
        await using var keeper = await StartAsync("sh", "-c", "read x; seq 1 100000; exit 42");
        await using var reader = await keeper.AttachAsync(client: "ada");
        await using var progress = await keeper.AttachAsync(mode: AttachMode.Progress);
        await reader.TypeAsync(1, "\r");
        await reader.ReadToCloseAsync();
        await progress.ReadToCloseAsync();
        await Patience.For(keeper.Ended, "the keeper to end");

        var expected = new ExitedNotice(Expected.Sequence(100_000).Length + 2, 42, null);
        Assert.Equal(expected, reader.All<ExitedNotice>().Single());
        Assert.Equal(expected.Offset, reader.Offset);
        Assert.Equal(expected, progress.All<ExitedNotice>().Single());
        Assert.False(File.Exists(keeper.Launch.Socket));
        var record = LogIndex.Read(keeper.OutputFolder).LastExit;
        Assert.Equal((42, 0, expected.Offset), (record!.Value.First, record.Value.Second, record.Value.Offset));
    }

    [Fact]
    [Trait("rule", "KL9")]
    public async Task Heirs_of_the_process_get_a_moment_to_print()
    {
        await using var keeper = await StartAsync("sh", "-c", "trap '' HUP; read x; (sleep 0.1; echo last; exec sleep 30) & exit 0");
        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.TypeAsync(1, "\r");
        await reader.ReadToCloseAsync();

        Assert.EndsWith("last\r\n", reader.Text);
        Assert.Equal(reader.Offset, reader.All<ExitedNotice>().Single().Offset);
    }

    [Fact]
    [Trait("rule", "KL3")]
    public async Task Progress_is_told_at_most_twenty_times_a_second()
    {
        await using var keeper = await StartAsync("sh", "-c", "while :; do echo x; done");
        await using var reader = await keeper.AttachAsync(null, mode: AttachMode.Progress);
        var start = TimeProvider.System.GetTimestamp();
        await reader.ReadUntilAsync(() => reader.All<Progress>().Count() >= 20, "20 notices of progress");

        Assert.True(TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromMilliseconds(900));
        Assert.Equal(reader.All<Progress>().OrderBy(told => told.End), reader.All<Progress>());
    }

    [Fact]
    [Trait("rule", "KL3")]
    [Trait("rule", "KL9")]
    public async Task The_log_of_an_ended_worker_is_served_as_its_keeper_would_have()
    {
        var launch = KeeperProcess.Terminal(_folder, "sh", "-c", "seq 1 200000; read x; exit 5") with { SegmentBytes = 256 << 10 };
        var expected = await RunToEndAsync(launch);
        await LogUpkeep.CompressAsync(Path.Combine(_folder["w"], LogFiles.OutputFolder), Token);

        await using var ended = await EndedAsync(from: 0);
        await ended.ReadExitAsync();
        Assert.Equal(expected.Text, ended.Text);
        Assert.Equal(expected.Events.Skip(1).Select(each => each.Message).Where(each => each is not InputAck), ended.Events.Skip(1).Select(each => each.Message));

        await ended.AttachAsync(new AttachRequest(WorkerOutput.Output, 700_000, Epoch: 1, AttachMode.Bytes));
        await ended.ReadNextAsync<ExitedNotice>(1, "the exit again");
        Assert.Equal(expected.Offset, ended.Offset);
        await ended.TypeAsync(1, "x");
        await ended.ReadAsync<InputRefusedNotice>("a refusal");
        Assert.Contains(KeeperProtocol.EndedAbility, ended.Connection.Hello.Abilities);
    }

    public void Dispose() => _folder.Dispose();

    private Task<KeeperProcess> StartAsync(params string[] command) =>
        KeeperProcess.StartAsync(_folder["w"], KeeperProcess.Terminal(_folder, command));

    /// <summary>Starts a program that waits for a line before it ends, lets it, and reads everything.</summary>
    private async Task<KeeperReader> RunToEndAsync(KeeperLaunch launch)
    {
        await using var keeper = await KeeperProcess.StartAsync(_folder["w"], launch);
        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.TypeAsync(1, "\r");
        await reader.ReadToCloseAsync();
        await Patience.For(keeper.Ended, "the keeper to end");
        return reader;
    }

    private async Task<KeeperReader> EndedAsync(long from)
    {
        var (ours, theirs) = RawSocket.Pair();
        _ = new EndedWorker("wrk_test", WorkerKind.Terminal, _folder["w"]).ServeAsync(theirs, Token);
        var reader = new KeeperReader(await KeeperConnection.OpenAsync(ours, "ada", Token));
        await reader.AttachAsync(new AttachRequest(WorkerOutput.Output, from, Epoch: null, AttachMode.Bytes));
        return reader;
    }
}
