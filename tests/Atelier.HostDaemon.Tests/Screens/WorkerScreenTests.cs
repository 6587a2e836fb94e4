using System.IO.Compression;
using System.Text;
using Atelier.HostDaemon.Screens;
using Atelier.Protocol.WorkerLog;
using Atelier.Terminal;
using Atelier.TestKit;

namespace Atelier.HostDaemon.Tests.Screens;

public sealed class WorkerScreenTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ScreenTurns _turns = new();
    private readonly List<string> _titles = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Output => Directory.CreateDirectory(_folder["output"]).FullName;

    public void Dispose()
    {
        _turns.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_screen_follows_from_its_log_with_each_size_at_its_place()
    {
        Segment(0, "first\r\n");
        Segment(7, "second\r\nthird");
        Record(LogIndexKind.Epoch, 0, 1, 0);
        Record(LogIndexKind.Resize, 0, 20, 5);
        Record(LogIndexKind.Resize, 15, 40, 10);
        await using var screen = Open();

        var snapshot = await screen.SnapshotAsync(Token);

        Assert.Equal((20, 1, 40, 10), (snapshot.Offset, snapshot.Epoch, snapshot.Cols, snapshot.Rows));
        Assert.StartsWith("first\nsecond\nthird\n", await TextOf(screen), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_later_is_seen_at_the_next_look()
    {
        Segment(0, "one ");
        await using var screen = Open();
        Assert.StartsWith("one\n", await TextOf(screen), StringComparison.Ordinal);

        await File.AppendAllTextAsync(LogFiles.Segment(Output, 0), "two ", Token);
        Assert.StartsWith("one two\n", await TextOf(screen), StringComparison.Ordinal);
        Segment(8, "three");
        Assert.StartsWith("one two three\n", await TextOf(screen), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "WL7")]
    public async Task Compressed_segments_are_read_and_dropped_ones_passed_over()
    {
        Compressed(100, "kept ");
        Segment(105, "as well");
        Record(LogIndexKind.Epoch, 0, 1, 0);
        Record(LogIndexKind.Resize, 50, 33, 7);
        await using var screen = Open();

        var snapshot = await screen.SnapshotAsync(Token);

        Assert.Equal((112, 33, 7), (snapshot.Offset, snapshot.Cols, snapshot.Rows));
        Assert.StartsWith("kept as well\n", await TextOf(screen), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_screen_goes_on_from_its_checkpoint()
    {
        Segment(0, "gone with the log ");
        await using (var before = Open())
        {
            await before.SnapshotAsync(Token);
        }

        File.Delete(LogFiles.Segment(Output, 0));
        Segment(18, "and this");
        await using var after = Open();

        Assert.StartsWith("gone with the log and this\n", await TextOf(after), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ATSC and nothing else")]
    public async Task A_false_checkpoint_is_passed_over(string checkpoint)
    {
        Segment(0, "all of it");
        _folder.Write("screen", checkpoint);
        await using var screen = Open();

        Assert.StartsWith("all of it\n", await TextOf(screen), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_that_has_seen_more_than_the_log_has_is_passed_over()
    {
        Segment(0, "lost by a power failure");
        await using (var before = Open())
        {
            await before.SnapshotAsync(Token);
        }

        Segment(0, "lost by");
        await using var after = Open();

        Assert.StartsWith("lost by\n", await TextOf(after), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("rule", "WL6")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_screen_of_bytes_that_others_have_taken_the_place_of_is_made_again(bool isOpenMeanwhile)
    {
        Segment(0, "lost by a power failure");
        Record(LogIndexKind.Epoch, 0, 1, 0);
        var before = Open();
        await before.SnapshotAsync(Token);
        if (!isOpenMeanwhile)
        {
            await before.DisposeAsync();
        }

        Segment(0, "lost by and told anew at length");
        Record(LogIndexKind.Epoch, 7, 2, 0);
        await using var after = isOpenMeanwhile ? before : Open();

        Assert.StartsWith("lost by and told anew at length\n", await TextOf(after), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_screen_is_kept_when_the_next_process_begins_where_it_ends()
    {
        Segment(0, "gone with the log ");
        Record(LogIndexKind.Epoch, 0, 1, 0);
        await using (var before = Open())
        {
            await before.SnapshotAsync(Token);
        }

        File.Delete(LogFiles.Segment(Output, 0));
        Segment(18, "and this");
        Record(LogIndexKind.Epoch, 18, 2, 0);
        await using var after = Open();

        Assert.StartsWith("gone with the log and this\n", await TextOf(after), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_does_not_cut_a_frame_that_is_soon_over()
    {
        Segment(0, "\e[?2026hhalf");
        await using var screen = Open();
        var taking = screen.SnapshotAsync(Token);

        await File.AppendAllTextAsync(LogFiles.Segment(Output, 0), " and whole\e[?2026l", Token);

        var shown = new Screen(80, 24);
        shown.Feed(Encoding.UTF8.GetBytes((await taking).Data));
        Assert.StartsWith("half and whole\n", shown.PlainText, StringComparison.Ordinal);
        Assert.False(shown.InSynchronizedUpdate);
    }

    [Fact]
    public async Task A_title_is_told_and_the_log_is_caught_up_with_when_output_pauses()
    {
        Segment(0, "\e]0;my work\a");
        await using var screen = Open();

        screen.Grown(12);

        await Patience.Until(() => _titles.Count > 0, "the title");
        Assert.Equal(["my work"], _titles);
    }

    [Fact]
    public async Task A_log_that_is_removed_meanwhile_does_no_harm()
    {
        Segment(0, "text");
        await using var screen = Open();
        await TextOf(screen);

        Directory.Delete(Output, recursive: true);
        screen.Grown(100);

        Assert.StartsWith("text\n", await TextOf(screen), StringComparison.Ordinal);
    }

    private static Task<string> TextOf(WorkerScreen screen) => screen.LookAsync(look => look.PlainText, Token);

    private WorkerScreen Open() => new(_folder.Path, _turns, TimeProvider.System, screen => _titles.Add(screen.Title));

    private void Segment(long start, string text) => File.WriteAllText(LogFiles.Segment(Output, start), text);

    private void Compressed(long start, string text)
    {
        using var gzip = new GZipStream(File.Create(LogFiles.CompressedSegment(Output, start)), CompressionLevel.Fastest);
        gzip.Write(Encoding.UTF8.GetBytes(text));
    }

    private void Record(LogIndexKind kind, long offset, int first, int second)
    {
        var bytes = new byte[LogIndexRecord.Size];
        new LogIndexRecord(kind, offset, 0, first, second).Write(bytes);
        File.AppendAllBytes(Path.Combine(Output, LogFiles.Index), bytes);
    }
}
