using System.Text;
using Atelier.HostDaemon.AgentAdapters.Files;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.Layout;
using Atelier.TestKit;

namespace Atelier.HostDaemon.Tests.AgentAdapters.Files;

public sealed class AgentTextFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly AgentTextFiles _files;
    private Func<Task> _beforeReplacing = () => Task.CompletedTask;
    private int _requests;

    public AgentTextFilesTests()
    {
        Directory.CreateDirectory(Worktree);
        _files = New();
    }

    private string Worktree => _folder["worktree"];

    public static TheoryData<string> Elsewhere => new("/usr/share/common-licenses/GPL-3", "/etc/passwd", "relative.txt", "../outside.txt", "{worktree}/../outside.txt", "{worktree}-beside/x", "{worktree}/link/x", "{worktree}/link.txt", "/proc/self/environ");

    [Theory]
    [MemberData(nameof(Elsewhere))]
    [Trait("rule", "AL14")]
    public async Task What_lies_outside_the_worktree_is_neither_read_nor_written(string path)
    {
        _folder.Write("outside.txt", "secret");
        _folder.Write("beyond/x", "secret");
        _folder.Write("worktree-beside/x", "secret");
        Directory.CreateSymbolicLink($"{Worktree}/link", _folder["beyond"]);
        File.CreateSymbolicLink($"{Worktree}/link.txt", _folder["outside.txt"]);
        path = path.Replace("{worktree}", Worktree, StringComparison.Ordinal);

        var read = await Assert.ThrowsAsync<JsonRpcException>(() => ReadAsync(path));
        var written = await Assert.ThrowsAsync<JsonRpcException>(() => WriteAsync(path, "mine", seen: null));

        Assert.Contains(read.Reason, (string[])["outside", "invalid"]);
        Assert.Equal(read.Reason, written.Reason);
        Assert.Equal("secret", await File.ReadAllTextAsync(_folder["outside.txt"], TestContext.Current.CancellationToken));
        Assert.Equal("secret", await File.ReadAllTextAsync(_folder["beyond/x"], TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("rule", "AL14")]
    public async Task A_link_within_the_worktree_is_followed_and_stays_one()
    {
        Make("real.txt", "before");
        File.CreateSymbolicLink($"{Worktree}/link.txt", "real.txt");

        Assert.Equal("before", (await ReadAsync(At("link.txt"))).Text);
        await WriteAsync(At("link.txt"), "after", seen: null);

        Assert.Equal("after", Content("real.txt"));
        Assert.NotNull(new FileInfo(At("link.txt")).LinkTarget);
    }

    [Fact]
    [Trait("rule", "AL14")]
    public async Task A_folder_that_becomes_a_link_to_elsewhere_while_it_is_written_gets_nothing()
    {
        Directory.CreateDirectory(At("src"));
        Directory.CreateDirectory(_folder["beyond"]);
        _beforeReplacing = () =>
        {
            Directory.Move(At("src"), At("was"));
            Directory.CreateSymbolicLink(At("src"), _folder["beyond"]);
            return Task.CompletedTask;
        };

        await Assert.ThrowsAnyAsync<Exception>(() => WriteAsync(At("src/x.txt"), "mine", seen: null));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["beyond"]));
    }

    [Fact]
    [Trait("rule", "AL14")]
    public async Task What_git_keeps_of_itself_is_not_written()
    {
        Make(".git", "gitdir: /elsewhere");

        Assert.Equal("outside", await ReasonAsync(() => WriteAsync(At(".git"), "gitdir: /mine", seen: null)));
        Assert.Equal("outside", await ReasonAsync(() => WriteAsync(At(".git/hooks/post-commit"), "rm", seen: null)));
    }

    public static TheoryData<long?, long?, string> Lines => new()
    {
        { null, null, "one\ntwo\nthree\n" },
        { 1, null, "one\ntwo\nthree\n" },
        { 0, 1, "one\n" },
        { 2, null, "two\nthree\n" },
        { 2, 1, "two\n" },
        { 3, 100, "three\n" },
        { 4, null, "" },
        { 1, 0, "" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    [Trait("rule", "AL15")]
    [Trait("behaviour", "125")]
    public async Task Lines_are_counted_from_one_and_a_limit_is_in_lines(long? line, long? limit, string expected)
    {
        Make("a.txt", "one\ntwo\nthree\n");

        Assert.Equal(expected, (await ReadAsync(At("a.txt"), line, limit)).Text);
    }

    [Fact]
    [Trait("rule", "AL15")]
    public async Task Reading_past_the_end_is_refused()
    {
        Make("a.txt", "one\ntwo");
        Make("empty.txt", "");

        Assert.Equal("past-end", await ReasonAsync(() => ReadAsync(At("a.txt"), line: 3)));
        Assert.Equal("past-end", await ReasonAsync(() => ReadAsync(At("a.txt"), line: long.MaxValue)));
        Assert.Equal("", (await ReadAsync(At("empty.txt"), line: 1)).Text);
    }

    [Fact]
    [Trait("rule", "AL15")]
    public async Task What_is_not_there_not_text_a_folder_or_too_large_is_refused()
    {
        File.WriteAllBytes(At("latin.txt"), [0x66, 0xFC, 0x72]);
        File.WriteAllBytes(At("zero.bin"), [1, 0, 2]);
        await using (var large = File.Create(At("large.txt")))
        {
            large.SetLength(AgentTextFiles.MaxFileBytes + 1);
        }

        Make("long.txt", new string('x', AgentTextFiles.MaxReadLength + 1));

        Assert.Equal("not-found", await ReasonAsync(() => ReadAsync(At("none.txt"))));
        Assert.Equal("not-found", await ReasonAsync(() => ReadAsync(At("none/none.txt"))));
        Assert.Equal("not-text", await ReasonAsync(() => ReadAsync(At("latin.txt"))));
        Assert.Equal("not-text", await ReasonAsync(() => WriteAsync(At("zero.bin"), "x", seen: null)));
        Assert.Equal("invalid", await ReasonAsync(() => ReadAsync(Worktree)));
        Assert.Equal("too-large", await ReasonAsync(() => ReadAsync(At("large.txt"))));
        Assert.Equal("too-large", await ReasonAsync(() => ReadAsync(At("long.txt"))));
    }

    [Fact]
    [Trait("rule", "AL16")]
    public async Task Line_ends_byte_order_mark_and_mode_of_a_file_stay()
    {
        Make("a.sh", "\uFEFFone\r\ntwo\r\n");
        File.SetUnixFileMode(At("a.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var read = await ReadAsync(At("a.sh"));
        await WriteAsync(At("a.sh"), read.Text + "three\n", read.Hash);

        Assert.Equal("one\ntwo\n", read.Text);
        Assert.Equal("\uFEFFone\r\ntwo\r\nthree\r\n", Encoding.UTF8.GetString(await File.ReadAllBytesAsync(At("a.sh"), TestContext.Current.CancellationToken)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(At("a.sh")));
    }

    [Fact]
    [Trait("rule", "AL16")]
    public async Task Mixed_line_ends_are_given_and_written_as_they_are()
    {
        Make("a.txt", "one\r\ntwo\n");

        var read = await ReadAsync(At("a.txt"));
        await WriteAsync(At("a.txt"), read.Text + "three\r\n", read.Hash);

        Assert.Equal("one\r\ntwo\nthree\r\n", Content("a.txt"));
    }

    [Fact]
    [Trait("rule", "AL16")]
    public async Task A_write_makes_the_file_and_its_folders_and_leaves_nothing_else()
    {
        await WriteAsync(At("a/b/c.txt"), "new", seen: null);

        Assert.Equal("new", Content("a/b/c.txt"));
        Assert.Equal([At("a/b/c.txt")], Directory.EnumerateFiles(Worktree, "*", SearchOption.AllDirectories));
    }

    [Fact]
    [Trait("rule", "AL16")]
    [Trait("behaviour", "123")]
    public async Task A_write_upon_an_old_read_keeps_what_somebody_else_changed_elsewhere()
    {
        Make("a.txt", "one\ntwo\nthree\nfour\n");
        var read = await ReadAsync(At("a.txt"));
        Make("a.txt", "ONE\ntwo\nthree\nfour\n");

        var first = await WriteAsync(At("a.txt"), "one\ntwo\nTHREE\nfour\n", read.Hash);
        await WriteAsync(At("a.txt"), "one\ntwo\nTHREE\nFOUR\n", first.Hash);

        Assert.True(first.IsMerged);
        Assert.Equal("ONE\ntwo\nTHREE\nFOUR\n", Content("a.txt"));
    }

    [Fact]
    [Trait("rule", "AL16")]
    public async Task A_write_where_somebody_else_has_changed_the_file_is_refused_and_says_what_changed()
    {
        Make("a.txt", "one\ntwo\nthree\n");
        var read = await ReadAsync(At("a.txt"));
        Make("a.txt", "one\nTWO\nthree\n");

        var refused = await Assert.ThrowsAsync<JsonRpcException>(() => WriteAsync(At("a.txt"), "one\nmine\nthree\n", read.Hash));

        Assert.Equal("changed", refused.Reason);
        Assert.Contains("line 2 now reads TWO", refused.Message, StringComparison.Ordinal);
        Assert.Equal("one\nTWO\nthree\n", Content("a.txt"));
    }

    [Fact]
    [Trait("rule", "AL16")]
    public async Task A_text_that_is_remembered_no_more_is_no_leave_to_overwrite()
    {
        Make("a.txt", "theirs");

        Assert.Equal("changed", await ReasonAsync(() => WriteAsync(At("a.txt"), "mine", new string('0', 64))));
        Assert.Equal("theirs", Content("a.txt"));
    }

    [Fact]
    [Trait("rule", "AL16")]
    public async Task What_was_read_is_known_to_the_next_daemon_too()
    {
        Make("a.txt", "one\ntwo\nthree\n");
        var read = await ReadAsync(At("a.txt"));
        Make("a.txt", "ONE\ntwo\nthree\n");

        using var next = New();
        await next.WriteAsync(new WriteTextRequest("req_other", Worktree, At("a.txt"), "one\ntwo\nTHREE\n", read.Hash), TestContext.Current.CancellationToken);

        Assert.Equal("ONE\ntwo\nTHREE\n", Content("a.txt"));
    }

    [Fact]
    [Trait("rule", "AL16")]
    public async Task The_same_write_twice_is_one_whatever_happened_to_the_file_between()
    {
        Make("a.txt", "before");
        var request = new WriteTextRequest("req_same", Worktree, At("a.txt"), "mine", SeenHash: null);
        await _files.WriteAsync(request, TestContext.Current.CancellationToken);
        Make("a.txt", "a person's");

        using var next = New();
        await next.WriteAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("a person's", Content("a.txt"));
    }

    [Fact]
    [Trait("rule", "AL16")]
    public async Task A_write_that_was_done_but_not_written_down_is_done_when_it_comes_again()
    {
        Make("a.txt", "one\ntwo\nthree\n");
        var read = await ReadAsync(At("a.txt"));
        Make("a.txt", "one\nTWO\nthree\n");
        var request = new WriteTextRequest("req_same", Worktree, At("a.txt"), "ONE\ntwo\nthree\n", read.Hash);
        await _files.WriteAsync(request, TestContext.Current.CancellationToken);
        File.Delete(Path.Combine(_folder["data"], "agent-texts/done/req_same"));

        var again = await _files.WriteAsync(request, TestContext.Current.CancellationToken);

        Assert.True(again.IsMerged);
        Assert.Equal("ONE\nTWO\nthree\n", Content("a.txt"));
    }

    [Fact]
    [Trait("rule", "AL16")]
    public async Task A_change_in_the_last_moment_is_merged_too()
    {
        Make("a.txt", "one\ntwo\nthree\n");
        var read = await ReadAsync(At("a.txt"));
        var times = 0;
        _beforeReplacing = () =>
        {
            if (times++ == 0)
            {
                Make("a.txt", "ONE\ntwo\nthree\n");
            }

            return Task.CompletedTask;
        };

        await WriteAsync(At("a.txt"), "one\ntwo\nTHREE\n", read.Hash);

        Assert.Equal("ONE\ntwo\nTHREE\n", Content("a.txt"));
        Assert.Equal([At("a.txt")], Directory.EnumerateFiles(Worktree));
    }

    [Fact]
    [Trait("rule", "AL16")]
    public async Task A_file_that_was_deleted_meanwhile_is_made_again()
    {
        Make("a.txt", "one");
        var read = await ReadAsync(At("a.txt"));
        File.Delete(At("a.txt"));

        await WriteAsync(At("a.txt"), "two", read.Hash);

        Assert.Equal("two", Content("a.txt"));
    }

    [Fact]
    [Trait("rule", "AL16")]
    public async Task Many_writers_of_one_file_leave_one_of_their_texts_whole()
    {
        Make("a.txt", "before\n");
        var texts = Enumerable.Range(0, 20).Select(number => string.Concat(Enumerable.Repeat($"{number}\n", 1000))).ToList();

        await Task.WhenAll(texts.Select(text => Task.Run(() => WriteAsync(At("a.txt"), text, seen: null))));

        Assert.Contains(Content("a.txt"), texts);
    }

    public void Dispose()
    {
        _files.Dispose();
        _folder.Dispose();
    }

    private AgentTextFiles New() =>
        new(new AgentTextMemory(new DataFolder(_folder["data"]), TimeProvider.System)) { BeforeReplacing = () => _beforeReplacing() };

    private string At(string name) => Path.Combine(Worktree, name);

    private void Make(string name, string text) => File.WriteAllText(At(name), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    private string Content(string name) => File.ReadAllText(At(name));

    private Task<ReadTextReply> ReadAsync(string path, long? line = null, long? limit = null) =>
        _files.ReadAsync(new ReadTextRequest(Worktree, path, line, limit), TestContext.Current.CancellationToken);

    private Task<WriteTextReply> WriteAsync(string path, string text, string? seen) => _files.WriteAsync(
        new WriteTextRequest($"req_{Interlocked.Increment(ref _requests)}", Worktree, path, text, seen), TestContext.Current.CancellationToken);

    private static async Task<string?> ReasonAsync(Func<Task> act) => (await Assert.ThrowsAsync<JsonRpcException>(act)).Reason;
}
