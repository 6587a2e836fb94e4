using Atelier.Git.Repositories;
using Atelier.Git.Worktrees;
using Atelier.TestKit;

namespace Atelier.Git.Tests;

public sealed class WorktreeTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RepositoryWorktrees Worktrees => In(_repository.Path);

    private string Tree => _repository.Beside("tree with a space");

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task A_new_branch_starts_from_its_base()
    {
        var before = _repository.Git("rev-parse", "HEAD");
        _repository.Git("branch", "old");
        _repository.Commit("later.txt", "x", "Later");

        var added = await Worktrees.AddAsync("feature/new", "old", Tree, Token);

        Assert.Equal(new AddedWorktree(Tree, "feature/new", before, before, WasThere: false), added);
        Assert.True(File.Exists($"{Tree}/README.md"));
    }

    [Fact]
    public async Task A_new_branch_without_a_base_starts_from_the_default_branch()
    {
        var head = _repository.Git("rev-parse", "HEAD");

        Assert.Equal(head, (await Worktrees.AddAsync("new", null, Tree, Token)).BaseCommit);
    }

    [Fact]
    public async Task An_existing_branch_is_checked_out_and_has_no_base()
    {
        _repository.Git("branch", "there");

        var added = await Worktrees.AddAsync("there", "main", Tree, Token);

        Assert.Null(added.BaseCommit);
        Assert.Equal("there", TemporaryRepository.GitIn(Tree, "branch", "--show-current"));
    }

    [Fact]
    public async Task A_branch_that_only_a_remote_has_is_tracked()
    {
        _repository.Git("branch", "far");
        var clone = _repository.Beside("clone");
        await new RepositoryClone(TestGit.Program).CloneAsync($"file://{_repository.Path}", clone, null, Token);

        await In(clone).AddAsync("far", null, Tree, Token);
        await In(clone).AddAsync("main", null, _repository.Beside("main tree"), Token);

        Assert.Equal("origin/far", TemporaryRepository.GitIn(Tree, "rev-parse", "--abbrev-ref", "@{upstream}"));
    }

    [Fact]
    [Trait("rule", "HL4")]
    public async Task The_same_branch_at_the_same_path_is_there_already()
    {
        await Worktrees.AddAsync("new", null, Tree, Token);

        Assert.True((await Worktrees.AddAsync("new", null, Tree, Token)).WasThere);
    }

    [Fact]
    public async Task A_branch_checked_out_elsewhere_is_refused_with_the_place()
    {
        var refusal = await Assert.ThrowsAsync<GitException>(() => Worktrees.AddAsync("main", null, Tree, Token));

        Assert.Equal(GitProblem.CheckedOutElsewhere, refusal.Problem);
        Assert.Contains(_repository.Path, refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Tree));
    }

    [Theory]
    [InlineData("-x", null, GitProblem.InvalidBranchName)]
    [InlineData("new", "no-such-base", GitProblem.NoSuchBase)]
    [InlineData("new", "--help", GitProblem.NoSuchBase)]
    public async Task What_cannot_be_is_refused_and_leaves_nothing(string branch, string? baseBranch, GitProblem problem)
    {
        var refusal = await Assert.ThrowsAsync<GitException>(() => Worktrees.AddAsync(branch, baseBranch, Tree, Token));

        Assert.Equal(problem, refusal.Problem);
        Assert.Equal("main", _repository.Git("branch", "--format=%(refname:short)"));
        Assert.False(Directory.Exists(Tree));
    }

    [Fact]
    public async Task A_repository_without_a_commit_is_refused()
    {
        using var empty = new TemporaryRepository(withCommit: false);

        var refusal = await Assert.ThrowsAsync<GitException>(() => In(empty.Path).AddAsync("new", null, empty.Beside("tree"), Token));

        Assert.Equal(GitProblem.EmptyRepository, refusal.Problem);
    }

    [Fact]
    public async Task A_place_that_is_taken_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(Tree);
        await File.WriteAllTextAsync($"{Tree}/mine", "x", Token);

        var refusal = await Assert.ThrowsAsync<GitException>(() => Worktrees.AddAsync("new", null, Tree, Token));

        Assert.Equal(GitProblem.PathInUse, refusal.Problem);
        Assert.True(File.Exists($"{Tree}/mine"));
    }

    [Fact]
    public async Task A_worktree_whose_folder_vanished_is_made_anew()
    {
        await Worktrees.AddAsync("new", null, Tree, Token);
        Directory.Delete(Tree, recursive: true);

        await Worktrees.AddAsync("new", null, Tree, Token);

        Assert.True(File.Exists($"{Tree}/README.md"));
    }

    [Fact]
    public async Task A_checkout_that_fails_leaves_neither_folder_nor_branch()
    {
        _repository.Write(".gitattributes", "* filter=broken\n");
        _repository.Commit("data.txt", "x", "Filter");
        _repository.Git("config", "filter.broken.smudge", "false");
        _repository.Git("config", "filter.broken.required", "true");

        await Assert.ThrowsAsync<GitException>(() => Worktrees.AddAsync("new", null, Tree, Token));

        Assert.False(Directory.Exists(Tree));
        Assert.Single(await Worktrees.ListAsync(Token));
        Assert.Equal("main", _repository.Git("branch", "--format=%(refname:short)"));
    }

    [Fact]
    public async Task The_list_says_which_is_main_and_which_is_missing()
    {
        await Worktrees.AddAsync("one", null, Tree, Token);
        await Worktrees.AddAsync("two", null, _repository.Beside("gone"), Token);
        Directory.Delete(_repository.Beside("gone"), recursive: true);

        var list = await Worktrees.ListAsync(Token);

        Assert.Equal(
            [(_repository.Path, "main", true, false), (_repository.Beside("gone"), "two", false, true), (Tree, "one", false, false)],
            list.Select(worktree => (worktree.Path, worktree.Branch, worktree.IsMain, worktree.IsMissing))
                .OrderBy(worktree => worktree.Branch == "main" ? 0 : 1).ThenBy(worktree => worktree.Path, StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_would_be_lost_is_counted()
    {
        _repository.Commit(".gitignore", "ignored\n", "Ignore");
        _repository.Commit("old name.txt", "some text that is long enough to be known again\n", "Add");
        await Worktrees.AddAsync("new", null, Tree, Token);
        await File.WriteAllTextAsync($"{Tree}/README.md", "changed", Token);
        await File.WriteAllTextAsync($"{Tree}/new\nfile", "x", Token);
        await File.WriteAllTextAsync($"{Tree}/ignored", "x", Token);
        TemporaryRepository.GitIn(Tree, "mv", "old name.txt", "? new name.txt");

        Assert.Equal(new WorktreeState(true, "new", UncommittedFiles: 3, UnpushedCommits: 0), await Worktrees.LookAtAsync(Tree, Token));
    }

    [Fact]
    public async Task Commits_that_no_other_branch_has_are_unpushed_where_there_is_no_remote()
    {
        await Worktrees.AddAsync("new", null, Tree, Token);
        TemporaryRepository.GitIn(Tree, "commit", "--quiet", "--allow-empty", "-m", "One");
        TemporaryRepository.GitIn(Tree, "commit", "--quiet", "--allow-empty", "-m", "Two");

        Assert.Equal(2, (await Worktrees.LookAtAsync(Tree, Token)).UnpushedCommits);
    }

    [Fact]
    public async Task Commits_that_no_remote_has_are_unpushed()
    {
        var clone = _repository.Beside("clone");
        await new RepositoryClone(TestGit.Program).CloneAsync($"file://{_repository.Path}", clone, null, Token);
        await In(clone).AddAsync("new", null, Tree, Token);
        Assert.True((await In(clone).LookAtAsync(Tree, Token)).IsSafeToRemove);

        TemporaryRepository.GitIn(
            Tree, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", "One");

        Assert.Equal(new WorktreeState(true, "new", 0, UnpushedCommits: 1), await In(clone).LookAtAsync(Tree, Token));
    }

    [Fact]
    public async Task Commits_that_only_a_submodule_has_are_unpushed_and_keep_the_worktree()
    {
        using var library = new TemporaryRepository();
        _repository.Git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.Path, "library");
        _repository.Git("config", "--file", ".gitmodules", "submodule.library.ignore", "all");
        _repository.Git("commit", "--quiet", "--all", "-m", "Use the library");
        await Worktrees.AddAsync("new", null, Tree, Token);
        TemporaryRepository.GitIn(Tree, "-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init");
        Assert.True((await Worktrees.LookAtAsync(Tree, Token)).IsSafeToRemove);

        TemporaryRepository.GitIn(
            $"{Tree}/library", "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", "One");

        Assert.Equal(new WorktreeState(true, "new", UncommittedFiles: 1, UnpushedCommits: 1), await Worktrees.RemoveAsync(Tree, discardWork: false, Token));
        Assert.True(File.Exists($"{Tree}/library/README.md"));
        Assert.Null(await Worktrees.RemoveAsync(Tree, discardWork: true, Token));
    }

    [Fact]
    public async Task A_worktree_with_work_in_it_is_left_alone_until_told_otherwise()
    {
        await Worktrees.AddAsync("new", null, Tree, Token);
        await File.WriteAllTextAsync($"{Tree}/untracked", "x", Token);

        var left = await Worktrees.RemoveAsync(Tree, discardWork: false, Token);
        Assert.Equal(1, left?.UncommittedFiles);
        Assert.True(File.Exists($"{Tree}/untracked"));

        Assert.Null(await Worktrees.RemoveAsync(Tree, discardWork: true, Token));
        Assert.False(Directory.Exists(Tree));
        Assert.Contains("new", _repository.Git("branch"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "HL4")]
    public async Task A_missing_worktree_is_removed_already()
    {
        await Worktrees.AddAsync("new", null, Tree, Token);

        Assert.Null(await Worktrees.RemoveAsync(Tree, discardWork: false, Token));
        Assert.Null(await Worktrees.RemoveAsync(Tree, discardWork: false, Token));
    }

    [Fact]
    public async Task Neither_the_main_tree_nor_a_foreign_folder_is_removed()
    {
        using var foreign = new TemporaryFolder();

        await Assert.ThrowsAsync<GitException>(() => Worktrees.RemoveAsync(_repository.Path, discardWork: true, Token));
        await Assert.ThrowsAsync<GitException>(() => Worktrees.RemoveAsync(foreign.Path, discardWork: true, Token));

        Assert.True(Directory.Exists(foreign.Path));
    }

    [Fact]
    public async Task Disk_used_is_counted_and_given_up_when_it_takes_too_long()
    {
        _repository.Write("large", new string('x', 1 << 20));

        Assert.InRange(await DiskUse.CountAsync(_repository.Path, TimeSpan.FromSeconds(30), Token) ?? 0, 1 << 20, 8 << 20);
        Assert.Null(await DiskUse.CountAsync("/", TimeSpan.FromTicks(1), Token));
    }

    [Theory]
    [InlineData("main", "main")]
    [InlineData("fix-12", "fix-12")]
    [InlineData("a/b", "a-b-c14cddc0")]
    [InlineData("../../etc", "etc-")]
    [InlineData("ü", "branch-")]
    [InlineData("a-12345678", "a-12345678-")]
    public void A_branch_has_a_readable_folder(string branch, string folder)
    {
        Assert.StartsWith(folder, WorktreeFolder.NameFor(branch), StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_branches_share_a_folder_and_none_leaves_its_parent()
    {
        string[] branches = ["a/b", "a-b", "a_b", "A/b", "a/b/", "a.b", "a//b", WorktreeFolder.NameFor("a/b"), "..", ".", new('x', 200), new('x', 201)];

        var folders = branches.Select(WorktreeFolder.NameFor).ToList();

        Assert.Equal(branches.Length, folders.Distinct().Count());
        Assert.All(folders, folder => Assert.Matches(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}\z", folder));
    }

    private static RepositoryWorktrees In(string path) => new(new Repository(TestGit.Program, path));
}
