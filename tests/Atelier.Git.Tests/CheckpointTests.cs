using System.Security.Cryptography;
using Atelier.Git.Checkpoints;
using Atelier.TestKit;

namespace Atelier.Git.Tests;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task A_checkpoint_keeps_what_is_changed_staged_and_untracked_and_touches_nothing()
    {
        _repository.Commit(".gitignore", "ignored/\n", "Ignore");
        _repository.Write("README.md", "changed\n");
        _repository.Write("staged.txt", "staged\n");
        _repository.Git("add", "staged.txt");
        _repository.Write("staged.txt", "changed after\n");
        _repository.Write("new/untracked.txt", "new\n");
        _repository.Write("ignored/secret", "x");
        var before = (State(), Index());

        var kept = await Checkpoints().KeepAsync("refs/atelier/checkpoints/a/1-before", replaces: false, Token);

        Assert.Equal([".gitignore", "README.md", "new/untracked.txt", "staged.txt"], _repository.Git("ls-tree", "-r", "--name-only", kept.Commit).Split('\n'));
        Assert.Equal("changed after", _repository.Git("show", $"{kept.Commit}:staged.txt"));
        Assert.Equal((kept.Commit, _repository.Git("rev-parse", "HEAD")), (_repository.Git("rev-parse", "refs/atelier/checkpoints/a/1-before"), kept.Head));
        Assert.Equal((before.Item2, before.Item1), (Index(), State()));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_repository.Path, ".git"), "atelier-*"));
    }

    [Fact]
    public async Task Keeping_again_under_a_name_gives_what_was_kept_unless_it_replaces_it()
    {
        var first = await Checkpoints().KeepAsync("refs/atelier/checkpoints/a/1-before", replaces: false, Token);
        _repository.Write("README.md", "later\n");

        var again = await Checkpoints().KeepAsync("refs/atelier/checkpoints/a/1-before", replaces: false, Token);
        var replaced = await Checkpoints().KeepAsync("refs/atelier/checkpoints/a/1-before", replaces: true, Token);

        Assert.Equal(first, again);
        Assert.NotEqual(first.Commit, replaced.Commit);
        Assert.Equal(replaced.Commit, _repository.Git("rev-parse", "refs/atelier/checkpoints/a/1-before"));
        Assert.Equal(replaced, await Checkpoints().TakeAsync(Token));
    }

    [Fact]
    public async Task What_is_too_big_or_a_repository_of_its_own_is_left_out_and_stays_when_restoring()
    {
        _repository.Write("big.bin", new string('x', 2_000));
        _repository.Write("small.txt", "small\n");
        Directory.CreateDirectory(Path.Combine(_repository.Path, "nested"));
        TemporaryRepository.GitIn(Path.Combine(_repository.Path, "nested"), "init", "--quiet");
        var checkpoints = Checkpoints(new CheckpointLimits { MaxUntrackedFileBytes = 1_000 });

        var kept = await checkpoints.KeepAsync("refs/atelier/checkpoints/a/1-before", replaces: false, Token);
        _repository.Write("later.txt", "later\n");
        await checkpoints.RestoreAsync(kept.Commit, "refs/atelier/checkpoints/a/restore-1", Token);

        Assert.Equal(2, kept.LeftOut);
        Assert.Equal(["README.md", "small.txt"], _repository.Git("ls-tree", "-r", "--name-only", kept.Commit).Split('\n'));
        Assert.Equal(["README.md", "big.bin", "small.txt"], Files());
        Assert.True(Directory.Exists(Path.Combine(_repository.Path, "nested/.git")));
    }

    [Fact]
    public async Task Of_far_too_many_untracked_files_none_is_kept()
    {
        _repository.Write("README.md", "changed\n");
        foreach (var file in Enumerable.Range(0, 5))
        {
            _repository.Write($"modules/{file}", "x");
        }

        var kept = await Checkpoints(new CheckpointLimits { MaxUntrackedFiles = 4 }).TakeAsync(Token);

        Assert.Equal((5, "README.md", "changed"), (kept.LeftOut, _repository.Git("ls-tree", "-r", "--name-only", kept.Commit), _repository.Git("show", $"{kept.Commit}:README.md")));
    }

    [Fact]
    public async Task An_ignored_file_in_the_way_of_a_restore_stops_it_before_anything_is_changed()
    {
        _repository.Write("a.txt", "kept\n");
        _repository.Write("build.log", "kept\n");
        var kept = await Checkpoints().KeepAsync("refs/atelier/checkpoints/a/1-before", replaces: false, Token);
        _repository.Commit(".gitignore", "*.log\n", "Ignore");
        _repository.Write("build.log", "somebody's own\n");
        _repository.Write("a.txt", "other\n");

        var refused = await Assert.ThrowsAsync<GitException>(() => Checkpoints().RestoreAsync(kept.Commit, "refs/atelier/checkpoints/a/restore-1", Token));

        Assert.Contains("build.log", refused.Message, StringComparison.Ordinal);
        Assert.Equal(("other\n", "somebody's own\n"), (Read("a.txt"), Read("build.log")));
    }

    [Fact]
    public async Task Dropping_takes_the_names_away_and_no_others()
    {
        foreach (var name in new[] { "a/1-before", "a/1-after", "b/1-before" })
        {
            await Checkpoints().KeepAsync($"refs/atelier/checkpoints/{name}", replaces: false, Token);
        }

        await WorktreeCheckpoints.DropAsync(TestGit.Program, _repository.Path, ["refs/atelier/checkpoints/a/", "refs/atelier/none", "refs/heads/main"], Token);

        Assert.Equal(["refs/atelier/checkpoints/b/1-before", "refs/heads/main"], _repository.Git("for-each-ref", "--format=%(refname)").Split('\n'));
    }

    [Theory]
    [Trait("kind", "random")]
    [InlineData(1)]
    [InlineData(2)]
    public Task Whatever_happens_to_the_files_each_checkpoint_brings_back_what_was_there(int seed) => RandomHistoryAsync(seed, steps: 12);

    [Theory]
    [Trait("kind", "soak")]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(300)]
    public Task Whatever_happens_to_the_files_for_long_each_checkpoint_brings_back_what_was_there(int seed) => RandomHistoryAsync(seed, steps: 300);

    /// <summary>Random changes, commits, checkpoints and restores; what the disk had at each checkpoint is remembered without git.</summary>
    private async Task RandomHistoryAsync(int seed, int steps)
    {
        var random = new Random(seed);
        var files = new RandomFiles(_repository, random);
        var kept = new List<(string Commit, string Files)>();
        for (var step = 0; step < steps; step++)
        {
            files.Change();
            if (random.Next(3) == 0)
            {
                _repository.Git("add", "--all");
                _repository.Git("commit", "--quiet", "--allow-empty", "-m", $"Step {step}");
            }

            if (random.Next(2) == 0 || kept.Count == 0)
            {
                var checkpoint = await Checkpoints().KeepAsync($"refs/atelier/checkpoints/a/{step}-before", replaces: false, Token);
                kept.Add((checkpoint.Commit, Contents()));
            }
            else
            {
                var (head, before, wanted) = (_repository.Git("rev-parse", "HEAD"), Contents(), kept[random.Next(kept.Count)]);
                var now = await Checkpoints().RestoreAsync(wanted.Commit, $"refs/atelier/checkpoints/a/restore-{step}", Token);
                Assert.True(wanted.Files == Contents(), $"Seed {seed}, step {step}: other files came back.");
                Assert.Equal(head, _repository.Git("rev-parse", "HEAD"));
                kept.Add((now.Commit, before));
            }
        }
    }

    private WorktreeCheckpoints Checkpoints(CheckpointLimits? limits = null) => new(TestGit.Program, _repository.Path, limits ?? new CheckpointLimits());

    private string State() => $"{_repository.Git("rev-parse", "HEAD")} {_repository.Git("status", "--porcelain=v2", "--branch", "--untracked-files=all")}";

    private string Index() => Convert.ToHexString(File.ReadAllBytes(Path.Combine(_repository.Path, ".git/index")));

    private string Read(string file) => File.ReadAllText(Path.Combine(_repository.Path, file));

    private IEnumerable<string> Files() => Directory.EnumerateFiles(_repository.Path, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(_repository.Path, file)).Where(file => !$"/{file}".Contains("/.git/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private string Contents() => string.Join('\n', Files().Select(file =>
        $"{file} {File.GetUnixFileMode(Path.Combine(_repository.Path, file)).HasFlag(UnixFileMode.UserExecute)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(_repository.Path, file))))}"));
}
