using System.Diagnostics;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;
using Atelier.TestKit;
using Atelier.TestKit.Keepers;

namespace Atelier.Keeper.Tests.Logs;

/// <summary>What lies on the disk, and what becomes of it when things end badly.</summary>
public sealed class WorkerLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Output => Path.Combine(_folder["w"], LogFiles.OutputFolder);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "WL1")]
    [Trait("rule", "WL2")]
    [Trait("rule", "WL5")]
    public async Task A_killed_keeper_leaves_exactly_what_was_printed_and_more_than_anybody_was_told()
    {
        var random = new Random(7);
        var launch = KeeperProcess.Terminal(_folder, "sh", "-c", "seq 1 100000000") with { SegmentBytes = 1 << 20 };
        long start = 0;
        for (var epoch = 1; epoch <= 5; epoch++)
        {
            await using var keeper = await KeeperProcess.StartAsync(_folder["w"], launch);
            await using var reader = await keeper.AttachAsync(start, epoch);
            reader.Forgets = true;
            await reader.ReadUntilOffsetAsync(start + random.Next(1, 4_000_000));
            await keeper.KillAsync();

            using var log = new WorkerLogReader(Output);
            Assert.Equal(epoch, keeper.Ready.Epoch);
            Assert.InRange(log.End, reader.Offset, long.MaxValue);
            Assert.Equal(start, log.ReadIndex().Records.Last(record => record.Kind == LogIndexKind.Epoch).Offset);
            CheckSequence(log, start);
            start = log.End;
        }
    }

    [Fact]
    [Trait("rule", "WL3")]
    public async Task Segments_touch_and_are_sealed_at_their_size()
    {
        await RunAsync(KeeperProcess.Terminal(_folder, "sh", "-c", "read x; seq 1 500000") with { SegmentBytes = 1 << 20 });

        var segments = LogFiles.Segments(Output);
        Assert.True(segments.Count > 3);
        Assert.All(segments.Zip(segments.Skip(1)), pair =>
        {
            Assert.Equal(pair.First.Start + pair.First.DiskBytes, pair.Second.Start);
            Assert.InRange(pair.First.DiskBytes, 1 << 20, (1 << 20) + (64 << 10));
        });
    }

    [Fact]
    [Trait("rule", "WL4")]
    public async Task A_torn_index_record_is_cut_off_by_the_next_keeper()
    {
        var launch = KeeperProcess.Terminal(_folder, "sh", "-c", "read x; echo said");
        await RunAsync(launch);
        var index = Path.Combine(Output, LogFiles.Index);
        await File.AppendAllBytesAsync(index, [1, 0, 0, 0, 17, 4], Token);
        await RunAsync(launch);

        var records = LogIndex.Read(Output).Records;
        Assert.Equal(new FileInfo(index).Length, records.Count * LogIndexRecord.Size);
        Assert.Equal(
            [LogIndexKind.Epoch, LogIndexKind.Resize, LogIndexKind.Exit, LogIndexKind.Epoch, LogIndexKind.Resize, LogIndexKind.Exit],
            records.Select(record => record.Kind));
    }

    [Fact]
    [Trait("rule", "WL6")]
    public async Task What_was_printed_is_synced_within_a_second_and_at_the_end()
    {
        await using var keeper = await KeeperProcess.StartAsync(_folder["w"], KeeperProcess.Terminal(_folder, "sh", "-c", "echo one; read x; echo two"));
        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.ReadTextAsync("one\r\n");
        var start = TimeProvider.System.GetTimestamp();
        await Patience.Until(() => Synced() == 5, "the first line to be synced");
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 5);
        await reader.TypeAsync(1, "\r");

        var exit = await reader.ReadExitAsync();
        Assert.Equal(exit.Offset, Synced());
    }

    [Fact]
    [Trait("rule", "WL6")]
    public async Task After_a_reboot_zeros_beyond_the_synced_offset_go_and_others_stay()
    {
        var launch = KeeperProcess.Terminal(_folder, "sh", "-c", "read x; printf 'a\\000b\\000'");
        var end = await RunAsync(launch);
        var segment = LogFiles.Segment(Output, 0);
        await using (var file = new FileStream(segment, FileMode.Append))
        {
            file.Write("tail"u8);
            file.SetLength(file.Length + 100_000);
        }

        var mark = new byte[SyncedMark.Size];
        new SyncedMark(end, Guid.NewGuid()).Write(mark);
        await File.WriteAllBytesAsync(Path.Combine(Output, LogFiles.Synced), mark, Token);
        await RunAsync(launch);

        Assert.Equal(end + 4, LogIndex.Read(Output).Records.Last(record => record.Kind == LogIndexKind.Epoch).Offset);
        Assert.Equal("\r\na\0b\0tail\r\na\0b\0", await File.ReadAllTextAsync(segment, Token));
    }

    [Fact]
    [Trait("rule", "WL7")]
    [Trait("rule", "WL9")]
    [Trait("rule", "KL4")]
    public async Task Old_segments_are_compressed_and_dropped_beside_a_running_keeper()
    {
        const int lines = 1_000_000;
        var expected = Expected.Sequence(lines);
        await using var keeper = await KeeperProcess.StartAsync(
            _folder["w"], KeeperProcess.Terminal(_folder, "sh", "-c", $"seq 1 {lines}; exec cat") with { SegmentBytes = 1 << 20 });
        await using var idle = await keeper.AttachAsync();
        await using (var all = await keeper.AttachAsync())
        {
            await all.ReadUntilOffsetAsync(expected.Length);
        }

        Assert.Equal(LogFiles.Segments(Output).Count - 1, await LogUpkeep.CompressAsync(Output, Token));
        await using (var packed = await keeper.AttachAsync())
        {
            await packed.ReadUntilOffsetAsync(expected.Length);
            Assert.True(expected.AsSpan().SequenceEqual(packed.Bytes));
        }

        await using (var middle = await keeper.AttachAsync(2_500_000, epoch: 1))
        {
            await middle.ReadUntilOffsetAsync(expected.Length);
            Assert.True(expected.AsSpan(2_500_000).SequenceEqual(middle.Bytes));
        }

        Assert.True(LogUpkeep.DropBeyond(Output, 1 << 20) > 0);
        var oldest = LogFiles.Segments(Output)[0].Start;
        await using var late = await keeper.AttachAsync(0, epoch: 1);
        await late.ReadUntilOffsetAsync(expected.Length);
        Assert.Equal((oldest, new GapNotice(0, oldest)), (late.Attached.Offset, late.All<GapNotice>().Single()));
        Assert.True(expected.AsSpan((int)oldest).SequenceEqual(late.Bytes));

        // A reader that was inside what is gone is told so in its place.
        await idle.ReadUntilOffsetAsync(expected.Length);
        var gap = idle.All<GapNotice>().Single();
        Assert.Equal(oldest, gap.To);
        Assert.True(expected.AsSpan(0, (int)gap.From).SequenceEqual(idle.Bytes.AsSpan(0, (int)gap.From)));
        Assert.True(expected.AsSpan((int)oldest).SequenceEqual(idle.Bytes.AsSpan((int)gap.From)));
    }

    [Fact]
    [Trait("rule", "WL10")]
    [Trait("rule", "SW22")]
    public async Task A_full_disk_holds_the_program_back_and_tears_nothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root");
        var disk = _folder["disk"];
        Directory.CreateDirectory(disk);
        Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk);
        try
        {
            const int lines = 400_000;
            var expected = Expected.Sequence(lines);
            var launch = KeeperProcess.Terminal(_folder, "sh", "-c", $"seq 1 {lines}; stty size; read x; exit 6") with { SegmentBytes = 512 << 10 };
            await using var keeper = await KeeperProcess.StartAsync(Path.Combine(disk, "w"), launch);
            await using var reader = await keeper.AttachAsync(client: "ada");
            await reader.ReadAsync<HeldNotice>("the disk to be full");
            Assert.Equal(HoldReason.DiskFull, reader.All<HeldNotice>().Single().Reason);
            await reader.Connection.ResizeAsync(99, 33, Token);
            await reader.Connection.GetStateAsync(Token);
            Assert.Equal(HoldReason.DiskFull, (await reader.ReadAsync<KeeperState>("State")).Held);

            Run("mount", "-o", "remount,size=16m", disk);
            await reader.ReadTextAsync("33 99\r\n");
            Assert.Null(reader.All<HeldNotice>().Last().Reason);
            await reader.TypeAsync(1, "\r");
            Assert.Equal(6, (await reader.ReadExitAsync()).ExitCode);
            Assert.True(expected.AsSpan().SequenceEqual(reader.Bytes.AsSpan(0, expected.Length)));
            Assert.Equal("33 99\r\n\r\n", reader.Text[expected.Length..]);
        }
        finally
        {
            Run("umount", "-l", disk);
        }
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task A_gibibyte_goes_through_whole()
    {
        const int lines = 110_000_000;
        var launch = KeeperProcess.Terminal(_folder, "sh", "-c", $"seq 1 {lines}; exec cat");
        await using var keeper = await KeeperProcess.StartAsync(_folder["w"], launch);
        await using var reader = await keeper.AttachAsync();
        var check = new SequenceCheck(lines);
        reader.OnOutput = check.Take;
        while (reader.Offset < check.TotalBytes)
        {
            await reader.ReadUntilOffsetAsync(Math.Min(check.TotalBytes, reader.Offset + (64 << 20)));
            await LogUpkeep.CompressAsync(Output, Token);
            LogUpkeep.DropBeyond(Output, 64 << 20);
        }

        Assert.InRange(Memory.PrivateKiB(keeper.Ready.KeeperPid), 0, 24 * 1024);
        Assert.Empty(reader.All<GapNotice>());
    }

    public void Dispose() => _folder.Dispose();

    private static void CheckSequence(WorkerLogReader log, long start)
    {
        var check = new SequenceCheck(int.MaxValue / 100);
        var buffer = new byte[64 << 10];
        for (int count; (count = log.Read(start, buffer)) > 0; start += count)
        {
            check.Take(buffer.AsMemory(0, count));
        }

        Assert.Equal(log.End, start);
    }

    private static void Run(string program, params string[] arguments)
    {
#pragma warning disable RS0030 // a test's own disk
        using var process = Process.Start(program, arguments);
#pragma warning restore RS0030
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private long Synced() => SyncedMark.TryRead(File.ReadAllBytes(Path.Combine(Output, LogFiles.Synced)), out var mark) ? mark.Offset : -1;

    /// <summary>Runs a program that waits for a line; the end of its log.</summary>
    private async Task<long> RunAsync(KeeperLaunch launch)
    {
        await using var keeper = await KeeperProcess.StartAsync(_folder["w"], launch);
        await using var reader = await keeper.AttachAsync(null, client: "ada");
        reader.Forgets = true;
        await reader.TypeAsync(1, "\r");
        await reader.ReadToCloseAsync();
        await Patience.For(keeper.Ended, "the keeper to end");
        return reader.Offset;
    }
}
