using Atelier.Git.Repositories;
using Atelier.TestKit;

namespace Atelier.Git.Tests;

public sealed class RepositoryTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Repository Repository => new(TestGit.Program, _repository.Path);

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task A_directory_inside_a_repository_leads_to_its_top()
    {
        _repository.Commit("src/deep/file.txt", "x", "Go deep");
        _repository.Git("remote", "add", "origin", "https://ada:s3cret@example.org/ada/project.git");

        var view = await new Repository(TestGit.Program, $"{_repository.Path}/src/deep").InspectAsync(Token);

        Assert.Equal(new RepositoryView(_repository.Path, "main", "https://example.org/ada/project.git", IsBare: false), view);
    }

    [Fact]
    public async Task An_empty_repository_has_no_default_branch()
    {
        using var empty = new TemporaryRepository(withCommit: false);

        var view = await new Repository(TestGit.Program, empty.Path).InspectAsync(Token);

        Assert.Null(view.DefaultBranch);
        Assert.Empty(await new Repository(TestGit.Program, empty.Path).ListBranchesAsync(Token));
    }

    [Theory]
    [InlineData("/nonexistent")]
    [InlineData("/proc")]
    public async Task What_is_not_a_repository_is_refused(string path)
    {
        var refusal = await Assert.ThrowsAsync<GitException>(() => new Repository(TestGit.Program, path).InspectAsync(Token));

        Assert.Equal(GitProblem.NotARepository, refusal.Problem);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_inside_of_a_git_folder_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<GitException>(
            () => new Repository(TestGit.Program, $"{_repository.Path}/.git").InspectAsync(Token));

        Assert.Equal(GitProblem.NotARepository, refusal.Problem);
    }

    [Fact]
    public async Task Branches_are_local_first_then_remote_newest_first()
    {
        var origin = _repository.Beside("origin.git");
        _repository.Git("branch", "feature/login");
        _repository.Git("branch", "far");
        TemporaryRepository.GitIn("/", "clone", "--quiet", "--bare", _repository.Path, origin);
        _repository.Git("branch", "-D", "far");
        _repository.Git("remote", "add", "team/origin", origin);
        _repository.Git("fetch", "--quiet", "team/origin");
        _repository.Git("worktree", "add", "--quiet", _repository.Beside("tree"), "feature/login");

        var branches = await Repository.ListBranchesAsync(Token);

        Assert.Equal(["feature/login", "main", "far"], branches.Select(branch => branch.Name).Order(Comparer<string>.Create(
            (one, other) => (one == "far", one).CompareTo((other == "far", other)))));
        Assert.Equal("team/origin", branches[^1].Remote);
        Assert.Equal("Say hello", branches[0].Subject);
        Assert.Equal(_repository.Beside("tree"), branches.Single(branch => branch.Name == "feature/login").WorktreePath);
        Assert.True(branches[0].CommittedAt > DateTimeOffset.UnixEpoch);
    }

    [Theory]
    [InlineData("feature/login", true)]
    [InlineData("fix-#12_ü", true)]
    [InlineData("", false)]
    [InlineData("-x", false)]
    [InlineData("a..b", false)]
    [InlineData("a b", false)]
    [InlineData("@{-1}", false)]
    [InlineData("HEAD", false)]
    [InlineData("x.lock", false)]
    [InlineData("a/.b", false)]
    [InlineData("a\nb", false)]
    public async Task Names_that_git_would_not_take_are_refused_with_the_rule(string name, bool isBranch)
    {
        Assert.Equal(isBranch, await Repository.WhyNotABranchAsync(TestGit.Program, name, Token) is null);
    }

    [Fact]
    public async Task A_clone_has_every_branch_free_for_a_worktree_and_says_how_far_it_is()
    {
        _repository.Git("branch", "other");
        var progress = new List<CloneProgress>();
        var destination = _repository.Beside("clone");
        var clones = new RepositoryClone(TestGit.Program);

        var view = await clones.CloneAsync($"file://{_repository.Path}", destination, progress.Add, Token);
        var again = await clones.CloneAsync("file:///nowhere", destination, null, Token);

        Assert.Equal(new RepositoryView(destination, "main", $"file://{_repository.Path}", IsBare: true), view);
        Assert.Equal(view, again);
        Assert.All(await new Repository(TestGit.Program, destination).ListBranchesAsync(Token), branch => Assert.Equal("origin", branch.Remote));
        Assert.Contains(progress, step => step is { Phase: "Counting objects", Completed: 3, Total: 3 });
    }

    [Fact]
    public async Task A_clone_that_fails_leaves_nothing()
    {
        using var folder = new TemporaryFolder();

        var failure = await Assert.ThrowsAsync<GitException>(() => new RepositoryClone(TestGit.Program).CloneAsync(
            "http://ada:s3cret@127.0.0.1:1/nowhere.git", folder["clone"], null, Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        Assert.DoesNotContain("s3cret", failure.Message + failure.Command + failure.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clone_of_an_empty_repository_is_an_empty_repository()
    {
        using var empty = new TemporaryRepository(withCommit: false);

        var view = await new RepositoryClone(TestGit.Program).CloneAsync(
            $"file://{empty.Path}", empty.Beside("clone"), null, Token);

        Assert.Null(view.DefaultBranch);
    }

    [Theory]
    [InlineData("Receiving objects:  45% (1234/2742), 1.20 MiB | 2.40 MiB/s", "Receiving objects", 1234L, 2742L)]
    [InlineData("remote: Counting objects: 100% (36/36), done.", "Counting objects", 36L, 36L)]
    [InlineData("remote: Enumerating objects: 5213, done.", "Enumerating objects", 5213L, null)]
    [InlineData("Updating files: 100% (1/1)", "Updating files", 1L, 1L)]
    public void The_progress_meter_is_read(string line, string phase, long? completed, long? total)
    {
        Assert.Equal(new CloneProgress(phase, completed, total), CloneProgress.Read(line));
    }

    [Theory]
    [InlineData("Cloning into 'x'...")]
    [InlineData("fatal: repository 'x' does not exist")]
    [InlineData("")]
    public void Other_lines_are_not_progress(string line)
    {
        Assert.Null(CloneProgress.Read(line));
    }
}
