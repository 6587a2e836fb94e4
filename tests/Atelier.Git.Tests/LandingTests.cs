using Atelier.Git.Landings;
using Atelier.TestKit;

namespace Atelier.Git.Tests;

public sealed class LandingTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Worktree => _repository.Beside("work");

    public void Dispose() => _repository.Dispose();

    [Theory]
    [InlineData(LandingHow.Merge, 2)]
    [InlineData(LandingHow.Squash, 1)]
    public async Task A_branch_lands_in_the_branch_that_is_checked_out_and_its_files_with_it(LandingHow how, int parents)
    {
        Branch("feature", ("feature.txt", "new\n"));

        var landed = Assert.IsType<LandingResult.Landed>(await LandAsync(Wish(how)));

        Assert.Equal(landed.Commit, _repository.Git("rev-parse", "main"));
        Assert.Equal(parents, _repository.Git("rev-list", "--parents", "-n1", "main").Split(' ').Length - 1);
        Assert.Equal("new\n", File.ReadAllText(Path.Combine(_repository.Path, "feature.txt")));
        Assert.Equal("", _repository.Git("status", "--porcelain"));
        Assert.Equal("Grace <grace@example.org> Land it\n\nAtelier-Agent: agt_1", _repository.Git("log", "-1", "--format=%an <%ae> %B"));
    }

    [Fact]
    public async Task A_branch_that_is_checked_out_nowhere_moves_also_in_a_bare_repository()
    {
        Branch("feature", ("feature.txt", "new\n"));
        var bare = _repository.Beside("bare.git");
        TemporaryRepository.GitIn(_repository.Path, "clone", "--quiet", "--bare", _repository.Path, bare);
        TemporaryRepository.GitIn(bare, "worktree", "add", "--quiet", _repository.Beside("bare-work"), "feature");

        var landed = Assert.IsType<LandingResult.Landed>(
            await new BranchLanding(TestGit.Program, bare).LandAsync(Wish(LandingHow.Merge) with { Worktree = _repository.Beside("bare-work") }, Token));

        Assert.Equal(landed.Commit, TemporaryRepository.GitIn(bare, "rev-parse", "main"));
        Assert.Equal("new", TemporaryRepository.GitIn(bare, "show", "main:feature.txt"));
    }

    [Fact]
    public async Task A_base_with_changes_in_its_worktree_is_left_alone()
    {
        Branch("feature", ("feature.txt", "new\n"));
        _repository.Write("README.md", "mine\n");
        var before = _repository.Git("rev-parse", "main");

        var refused = Assert.IsType<LandingResult.Refused>(await LandAsync(Wish(LandingHow.Merge)));

        Assert.Equal((LandingRefusal.BaseIsDirty, _repository.Path), (refused.Reason, refused.Detail));
        Assert.Equal((before, "mine\n"), (_repository.Git("rev-parse", "main"), File.ReadAllText(Path.Combine(_repository.Path, "README.md"))));
    }

    [Fact]
    public async Task An_untracked_file_of_the_base_that_is_in_the_way_is_left_alone()
    {
        Branch("feature", ("feature.txt", "new\n"));
        _repository.Write("feature.txt", "mine\n");

        var refused = Assert.IsType<LandingResult.Refused>(await LandAsync(Wish(LandingHow.Squash)));

        Assert.Equal(LandingRefusal.BaseIsStuck, refused.Reason);
        Assert.Contains("feature.txt", refused.Detail, StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText(Path.Combine(_repository.Path, "feature.txt")));
    }

    [Fact]
    public async Task Conflicts_change_nothing_and_are_named()
    {
        Branch("feature", ("README.md", "theirs\n"), ("other.txt", "fine\n"));
        var before = _repository.Commit("README.md", "ours\n", "Say otherwise");

        var conflicts = Assert.IsType<LandingResult.Conflicts>(await LandAsync(Wish(LandingHow.Merge)));

        Assert.Equal(["README.md"], conflicts.Files);
        Assert.Equal((before, ""), (_repository.Git("rev-parse", "main"), _repository.Git("status", "--porcelain")));
    }

    [Fact]
    public async Task Uncommitted_work_is_committed_when_that_is_wanted_and_else_a_reason_not_to()
    {
        Branch("feature", ("feature.txt", "new\n"));
        File.WriteAllText(Path.Combine(Worktree, "later.txt"), "later\n");

        var refused = Assert.IsType<LandingResult.Refused>(await LandAsync(Wish(LandingHow.Merge)));
        var landed = await LandAsync(Wish(LandingHow.Merge) with { CommitMessage = "Add later" });

        Assert.Equal(LandingRefusal.UncommittedWork, refused.Reason);
        Assert.IsType<LandingResult.Landed>(landed);
        Assert.Equal("later", _repository.Git("show", "main:later.txt"));
        Assert.Equal("Grace Add later", _repository.Git("log", "-1", "--format=%an %s", "feature"));
    }

    [Fact]
    public async Task A_hook_that_refuses_the_commit_is_heard_unless_hooks_do_not_run()
    {
        Branch("feature", ("feature.txt", "new\n"));
        File.WriteAllText(Path.Combine(Worktree, "later.txt"), "later\n");
        var hook = Path.Combine(_repository.Path, ".git/hooks/pre-commit");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!); // it has one
        await File.WriteAllTextAsync(hook, "#!/bin/sh\necho not on a Friday >&2\nexit 1\n", Token);
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var wish = Wish(LandingHow.Squash) with { CommitMessage = "Add later" };

        var refused = Assert.IsType<LandingResult.Refused>(await LandAsync(wish));

        Assert.Equal(LandingRefusal.CommitRefused, refused.Reason);
        Assert.Contains("not on a Friday", refused.Detail, StringComparison.Ordinal);
        Assert.IsType<LandingResult.Landed>(await LandAsync(wish with { RunsHooks = false }));
    }

    [Theory]
    [InlineData(LandingHow.Merge)]
    [InlineData(LandingHow.Squash)]
    public async Task What_has_landed_is_not_landed_again(LandingHow how)
    {
        Branch("feature", ("feature.txt", "new\n"));
        var first = await LandAsync(Wish(how));
        _repository.Commit("later.txt", "later\n", "Go on");

        var again = await LandAsync(Wish(how));
        var other = await LandAsync(Wish(how) with { Mark = "refs/atelier/landings/a/2" });

        Assert.Equal(first, again);
        Assert.Equal(LandingRefusal.NothingToLand, Assert.IsType<LandingResult.Refused>(other).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_landing_that_was_broken_off_before_the_branch_moved_is_finished_once(bool hasGoneOn)
    {
        Branch("feature", ("feature.txt", "new\n"));
        var before = _repository.Git("rev-parse", "main");
        var made = Assert.IsType<LandingResult.Landed>(await LandAsync(Wish(LandingHow.Squash))).Commit;
        _repository.Git("reset", "--hard", "--quiet", before); // as it was when the commit was made and remembered
        if (hasGoneOn)
        {
            _repository.Commit("meanwhile.txt", "meanwhile\n", "Go on");
        }

        var landed = Assert.IsType<LandingResult.Landed>(await LandAsync(Wish(LandingHow.Squash)));

        Assert.Equal(hasGoneOn, made != landed.Commit);
        Assert.Equal(hasGoneOn ? 2 : 1, int.Parse(_repository.Git("rev-list", "--count", $"{before}..main"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(landed.Commit, _repository.Git("rev-parse", "main"));
    }

    [Fact]
    public async Task A_branch_is_pushed_to_the_remote_and_a_remote_that_went_on_refuses_it()
    {
        var remote = _repository.Beside("remote.git");
        TemporaryRepository.GitIn(_repository.Path, "clone", "--quiet", "--bare", _repository.Path, remote);
        Branch("feature", ("feature.txt", "new\n"));
        var without = await new BranchLanding(TestGit.Program, _repository.Path).PushAsync(Wish(LandingHow.Merge), Token);
        _repository.Git("remote", "add", "origin", remote);

        var pushed = Assert.IsType<LandingResult.Landed>(await new BranchLanding(TestGit.Program, _repository.Path).PushAsync(Wish(LandingHow.Merge), Token));
        Assert.Equal(pushed.Commit, TemporaryRepository.GitIn(remote, "rev-parse", "feature"));
        TemporaryRepository.GitIn(Worktree, "commit", "--amend", "--quiet", "-m", "Otherwise");
        var refused = Assert.IsType<LandingResult.Refused>(await new BranchLanding(TestGit.Program, _repository.Path).PushAsync(Wish(LandingHow.Merge), Token));

        Assert.Equal(LandingRefusal.NoRemote, Assert.IsType<LandingResult.Refused>(without).Reason);
        Assert.Equal(LandingRefusal.PushRefused, refused.Reason);
    }

    [Theory]
    [Trait("kind", "random")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task What_is_foreseen_and_landed_is_what_git_itself_would_merge(int seed) => RandomAsync(seed);

    [Theory]
    [Trait("kind", "soak")]
    [MemberData(nameof(ManySeeds))]
    public Task What_is_foreseen_and_landed_is_what_git_itself_would_merge_always(int seed) => RandomAsync(seed);

    public static TheoryData<int> ManySeeds() => [.. Enumerable.Range(10, 100)];

    /// <summary>Two branches at random; a clone merges them with <c>git merge</c>.</summary>
    private async Task RandomAsync(int seed)
    {
        var random = new Random(seed);
        var files = new RandomFiles(_repository, random);
        Commits(files, 2);
        _repository.Git("checkout", "--quiet", "-b", "feature");
        Commits(files, random.Next(1, 3));
        _repository.Git("checkout", "--quiet", "main");
        Commits(files, random.Next(0, 3));
        var clone = _repository.Beside("clone");
        TemporaryRepository.GitIn(_repository.Path, "clone", "--quiet", _repository.Path, clone);
        var (expected, conflicts) = MergeIn(clone);
        TemporaryRepository.GitIn(_repository.Path, "worktree", "add", "--quiet", Worktree, "feature");

        var result = await LandAsync(Wish(random.Next(2) == 0 ? LandingHow.Merge : LandingHow.Squash));

        switch (result)
        {
            case LandingResult.Conflicts found:
                Assert.Equal((seed, string.Join('|', conflicts)), (seed, string.Join('|', found.Files.Order(StringComparer.Ordinal))));
                break;
            case LandingResult.Refused refused:
                Assert.Equal((seed, LandingRefusal.NothingToLand, 0), (seed, refused.Reason, conflicts.Length));
                Assert.Equal(expected, _repository.Git("rev-parse", "main^{tree}"));
                break;
            default:
                Assert.Equal((seed, expected, 0), (seed, _repository.Git("rev-parse", "main^{tree}"), conflicts.Length));
                Assert.Equal("", _repository.Git("status", "--porcelain"));
                break;
        }
    }

    private void Commits(RandomFiles files, int count)
    {
        for (; count > 0; count--)
        {
            files.Change();
            _repository.Git("add", "--all");
            _repository.Git("commit", "--quiet", "--allow-empty", "-m", "Change");
        }
    }

    private static (string Tree, string[] Conflicts) MergeIn(string clone)
    {
        try
        {
            TemporaryRepository.GitIn(clone, "-c", "user.name=A", "-c", "user.email=a@b", "merge", "--quiet", "--no-ff", "-m", "Merge", "origin/feature");
        }
        catch (InvalidOperationException)
        {
            return ("", [.. TemporaryRepository.GitIn(clone, "ls-files", "--unmerged", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('\t', 2)[1]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
        }

        return (TemporaryRepository.GitIn(clone, "rev-parse", "HEAD^{tree}"), []);
    }

    private void Branch(string name, params (string File, string Text)[] files)
    {
        _repository.Git("worktree", "add", "--quiet", "-b", name, Worktree, "main");
        foreach (var (file, text) in files)
        {
            File.WriteAllText(Path.Combine(Worktree, file), text);
        }

        TemporaryRepository.GitIn(Worktree, "add", "--all");
        TemporaryRepository.GitIn(Worktree, "commit", "--quiet", "-m", "Work");
    }

    private Landing Wish(LandingHow how) => new("refs/atelier/landings/a/1", Worktree, "feature", "main", how, "Land it", new CommitAuthor("Grace", "grace@example.org"))
    {
        Trailers = ["Atelier-Agent: agt_1"],
    };

    private Task<LandingResult> LandAsync(Landing landing) => new BranchLanding(TestGit.Program, _repository.Path).LandAsync(landing, Token);
}
