using Atelier.Git.Processes;
using Atelier.TestKit;

namespace Atelier.Git.Tests;

public sealed class GitProgramTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_version_is_known()
    {
        Assert.True(await TestGit.Program.FindVersionAsync(Token) >= GitProgram.OldestVersion);
    }

    [Fact]
    public async Task What_the_daemon_was_started_in_does_not_reach_git()
    {
        using var repository = new TemporaryRepository();
        using var other = new TemporaryRepository();
        var git = TestGit.With(new() { ["GIT_DIR"] = $"{other.Path}/.git", ["GIT_WORK_TREE"] = other.Path, ["GIT_INDEX_FILE"] = "/nowhere" });

        var top = await git.RunAsync(repository.Path, ["rev-parse", "--show-toplevel"], Token);

        Assert.Equal(repository.Path, top.Text.Trim());
    }

    [Fact]
    public async Task A_failure_names_command_code_and_reason()
    {
        using var repository = new TemporaryRepository();

        var failure = await Assert.ThrowsAsync<GitException>(
            () => TestGit.Program.RunAsync(repository.Path, ["switch", "nowhere"], Token));

        Assert.Equal(("git switch nowhere", 128), (failure.Command, failure.ExitCode));
        Assert.Contains("invalid reference: nowhere", failure.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://ada:s3cret@example.org/x.git", "https://example.org/x.git")]
    [InlineData("https://ghp_token@github.com/a/b", "https://github.com/a/b")]
    [InlineData("https://a:b@c@example.org/", "https://example.org/")]
    [InlineData("fatal: unable to access 'http://u:p@127.0.0.1:1/x/': refused", "fatal: unable to access 'http://127.0.0.1:1/x/': refused")]
    [InlineData("git@github.com:a/b.git", "git@github.com:a/b.git")]
    [InlineData("ssh://git@host/a", "ssh://git@host/a")]
    [InlineData("ssh://git:pw@host/a", "ssh://git@host/a")]
    [InlineData("https://example.org/a@b", "https://example.org/a@b")]
    public void Credentials_are_taken_out_of_what_people_see(string text, string expected)
    {
        Assert.Equal(expected, Credentials.Strip(text));
    }

    [Fact]
    public async Task A_program_that_prints_without_end_is_ended()
    {
        var result = await ChildProcess.RunAsync(
            new ChildCommand("sh", ["-c", "yes"], "/") { MaxOutputBytes = 1000 }, Token);

        Assert.True(result.IsOutputCut);
        Assert.Equal(1000, result.Output.Length);
    }

    [Fact]
    public async Task Cancelling_ends_a_program_and_its_children()
    {
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        var started = new TaskCompletionSource<int>();
        var running = ChildProcess.RunAsync(
            new ChildCommand("sh", ["-c", "sleep 600 & echo $!; wait"], folder.Path)
            {
                OnOutputLine = line => started.SetResult(int.Parse(line)),
            },
            cancel.Token);
        var child = await started.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Patience.Until(() => HasEnded(child), $"the end of process {child}"); // it was signalled, and dies in its own time
    }

    [Fact]
    public async Task What_a_program_leaves_behind_does_not_keep_us_waiting()
    {
        var result = await ChildProcess.RunAsync(
            new ChildCommand("sh", ["-c", "sleep 30 & echo $!"], "/"), Token).WaitAsync(TimeSpan.FromSeconds(20), Token);

        System.Diagnostics.Process.GetProcessById(int.Parse(result.Text.Trim())).Kill();
    }

    // A killed orphan may still be waiting for init to collect it.
    private static bool HasEnded(int pid) =>
        !File.Exists($"/proc/{pid}/stat") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}
