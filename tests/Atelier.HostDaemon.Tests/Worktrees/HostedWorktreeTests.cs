using Atelier.HostDaemon.Tests.Workers;
using Atelier.Protocol.HostLink;
using Atelier.TestKit;
using Atelier.TestKit.HostLink;

namespace Atelier.HostDaemon.Tests.Worktrees;

public sealed class HostedWorktreeTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryRepository _repository = new();
    private TestMachine _machine = null!;   // set before each test
    private TestLink _link = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _machine = await TestMachine.StartAsync();
        _link = await _machine.LinkAsync(("ATELIER_SECRET", "x"));
    }

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task A_worktree_comes_with_its_templates_copied_files_and_setup()
    {
        _repository.Commit(".gitignore", ".env*\nsecrets/\n", "Ignore");
        _repository.Write(".env.local", "KEY=1\n");
        _repository.Write("secrets/deep/key.pem", "pem\n");
        _repository.Write("README.md", "changed, but tracked\n");

        var added = await AddAsync(Request("feature/login", "op_1") with
        {
            TemplateFiles = new Dictionary<string, string> { ["config/.env"] = "PORT={{PORT + 1}} {{BRANCH}} {{REPO}}\n", ["README.md"] = "not over this" },
            CopyFiles = [".env*", "secrets/**"],
            SetupCommand = "echo setting up; echo $ATELIER_PORT $WORKTREE_NUM \"$ATELIER_SECRET\" > made-by-setup",
        });

        Assert.StartsWith(Path.Combine(_machine.Data.Worktrees, "repo_1", "feature-login-"), added.Path, StringComparison.Ordinal);
        Assert.Equal(("feature/login", _repository.Git("rev-parse", "HEAD"), null), (added.Branch, added.BaseCommit, added.SetupOutput));
        Assert.Equal("PORT=4201 feature/login project\n", Read("config/.env"));
        Assert.Equal("KEY=1\n", Read(".env.local"));
        Assert.Equal("pem\n", Read("secrets/deep/key.pem"));
        Assert.Equal("hello\n", Read("README.md"));
        Assert.Equal("4200 2 \n", Read("made-by-setup"));
        Assert.Contains("setting up", await ProgressAsync("op_1", "setting up"));

        string Read(string file) => File.ReadAllText(Path.Combine(added.Path, file));
    }

    [Fact]
    [Trait("rule", "HL4")]
    public async Task Adding_again_changes_nothing_and_sets_up_only_once()
    {
        var request = Request("new", "op_1") with { SetupCommand = "echo run >> setup-runs; exit 4" };

        var first = await AddAsync(request);
        var joined = await AddAsync(request);
        var again = await AddAsync(request with { OperationId = "op_2" });

        Assert.Contains("ended with code 4", first.SetupOutput, StringComparison.Ordinal);
        Assert.Equal([first, first], [joined, again]);
        Assert.Equal("run\n", await File.ReadAllTextAsync(Path.Combine(first.Path, "setup-runs"), Token));
    }

    [Fact]
    [Trait("rule", "HL8")]
    public async Task A_setup_outlives_the_link_and_can_be_joined_again()
    {
        var gate = _machine.Path("gate");
        var request = Request("new", "op_1") with { SetupCommand = $"echo waiting; until [ -e {gate} ]; do sleep 0.05; done; echo through > through" };
        var adding = Record.ExceptionAsync(() => AddAsync(request));
        await ProgressAsync("op_1", "waiting");

        await _link.DropAsync();
        Assert.NotNull(await adding);
        _link = await _machine.Server.LinkAsync();
        var joined = AddAsync(request);
        await File.WriteAllTextAsync(gate, "", Token);

        Assert.True(File.Exists(Path.Combine((await joined).Path, "through")));
    }

    [Fact]
    [Trait("rule", "HL8")]
    public async Task A_setup_that_a_killed_daemon_left_running_is_ended_before_it_runs_again()
    {
        var (first, second, gate) = (_machine.Path("first"), _machine.Path("second"), _machine.Path("gate"));
        var adding = Record.ExceptionAsync(() => AddAsync(Request("new", "op_1") with { SetupCommand = Waiting(first) }));
        var left = await Processes.PidIn(first);

        _machine.KillDaemons();
        Assert.NotNull(await adding);
        Assert.True(Processes.IsAlive(left));
        _link = await _machine.LinkAsync();
        var again = AddAsync(Request("new", "op_1") with { SetupCommand = Waiting(second) });
        await Processes.PidIn(second);

        Assert.False(Processes.IsAlive(left));
        await File.WriteAllTextAsync(gate, "", Token);
        Assert.Null((await again).SetupOutput);

        string Waiting(string pid) => $"echo $$ > {pid}; until [ -e {gate} ]; do sleep 0.05; done";
    }

    [Fact]
    [Trait("rule", "HL8")]
    public async Task Two_who_ask_for_the_same_worktree_at_once_have_it_set_up_once()
    {
        var gate = _machine.Path("gate");
        var request = Request("new", "op_1") with { SetupCommand = $"echo run >> setup-runs; echo waiting; until [ -e {gate} ]; do sleep 0.05; done" };
        var first = AddAsync(request);
        await ProgressAsync("op_1", "waiting");
        var second = AddAsync(request with { OperationId = "op_2" });
        await ProgressAsync("op_2", "Checking out new");

        await File.WriteAllTextAsync(gate, "", Token);

        Assert.Equal(await first, await second);
        Assert.Equal("run\n", await File.ReadAllTextAsync(Path.Combine((await first).Path, "setup-runs"), Token));
    }

    [Fact]
    [Trait("rule", "HL8")]
    public async Task A_cancelled_setup_ends_with_all_its_processes()
    {
        var pid = _machine.Path("pid");
        var adding = AddAsync(Request("new", "op_1") with { SetupCommand = $"sleep 600 & echo $! > {pid}; wait" });
        var child = await Processes.PidIn(pid);

        await _link.AskAsync(
            HostMethods.CancelOperation, new OperationRequest("op_1"), HostJson.Default.OperationRequest, HostJson.Default.Done);

        Assert.Equal("cancelled", await WorkerTests.ReasonAsync(adding));
        await Patience.Until(() => !Processes.IsAlive(child), "the end of the setup's child");
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/outside")]
    [InlineData(".git/hooks/post-checkout")]
    [InlineData("a/../../outside")]
    [InlineData("link/outside")]
    public async Task Nothing_is_written_outside_the_worktree(string file)
    {
        File.CreateSymbolicLink($"{_repository.Path}/link", _machine.Home);
        _repository.Git("add", "--all");
        _repository.Git("commit", "--quiet", "-m", "Link");

        var reason = await WorkerTests.ReasonAsync(AddAsync(Request("new", "op_1") with
        {
            TemplateFiles = new Dictionary<string, string> { [file] = "x" },
        }));

        Assert.Contains(reason, (string?[])["invalid", "refused"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_machine.Home));
    }

    [Fact]
    public async Task A_clone_is_made_and_its_branches_and_worktrees_are_seen()
    {
        _repository.Git("branch", "other");
        var clone = new CloneRepositoryRequest("repo_1", $"file://{_repository.Path}", "op_1");
        var facts = await _link.AskAsync(
            HostMethods.CloneRepository, clone, HostJson.Default.CloneRepositoryRequest, HostJson.Default.RepositoryFacts);
        Assert.Equal((Path.Combine(_machine.Data.Repositories, "repo_1"), "main"), (facts.Path, facts.DefaultBranch));

        var added = await AddAsync(Request("main", "op_2") with { RepositoryPath = facts.Path });
        var branches = await _link.AskAsync(
            HostMethods.ListBranches, new RepositoryRequest(facts.Path), HostJson.Default.RepositoryRequest, HostJson.Default.BranchList);
        var worktrees = await _link.AskAsync(
            HostMethods.ListWorktrees, new RepositoryRequest(facts.Path), HostJson.Default.RepositoryRequest, HostJson.Default.WorktreeList);
        Assert.Equal([("main", false), ("other", true)], branches.Branches.Select(branch => (branch.Name, branch.IsRemoteOnly)));
        Assert.Equal(added.Path, branches.Branches[0].WorktreePath);
        Assert.Equal([added.Path], worktrees.Worktrees.Select(worktree => worktree.Path));

        await File.WriteAllTextAsync(Path.Combine(added.Path, "new.txt"), "x", Token);
        var status = await _link.AskAsync(
            HostMethods.WorktreeStatus,
            new WorktreeRequest(facts.Path, added.Path),
            HostJson.Default.WorktreeRequest,
            HostJson.Default.WorktreeStatus);
        Assert.Equal((true, "main", 1, 0, false), (status.Exists, status.Branch, status.UncommittedFiles, status.UnpushedCommits, status.IsSafeToRemove));
        Assert.True(status.DiskBytes > 0);

        Assert.False((await RemoveAsync(facts.Path, added.Path, discardWork: false)).Removed);
        Assert.True((await RemoveAsync(facts.Path, added.Path, discardWork: true)).Removed);
        Assert.True((await RemoveAsync(facts.Path, added.Path, discardWork: false)).Removed);
    }

    [Fact]
    [Trait("rule", "HL3")]
    public async Task Refusals_of_git_have_stable_words()
    {
        Assert.Equal("in-use", await WorkerTests.ReasonAsync(AddAsync(Request("main", "op_1"))));
        Assert.Equal("invalid", await WorkerTests.ReasonAsync(AddAsync(Request("a..b", "op_2"))));
        Assert.Equal("not-found", await WorkerTests.ReasonAsync(AddAsync(Request("new", "op_3") with { BaseBranch = "no" })));
        Assert.Equal("not-found", await WorkerTests.ReasonAsync(AddAsync(Request("new", "op_4") with { RepositoryPath = "/tmp" })));
        Assert.Equal("invalid", await WorkerTests.ReasonAsync(AddAsync(Request("new", "op_5") with { RepositoryId = "../x" })));
    }

    private AddWorktreeRequest Request(string branch, string operationId) => new(
        _repository.Path,
        "repo_1",
        branch,
        BaseBranch: null,
        Number: 2,
        PortRange: 4200,
        new Dictionary<string, string>(),
        [],
        SetupCommand: null,
        operationId);

    private Task<WorktreeFacts> AddAsync(AddWorktreeRequest request) => _link.AskAsync(
        HostMethods.AddWorktree, request, HostJson.Default.AddWorktreeRequest, HostJson.Default.WorktreeFacts);

    private Task<RemoveWorktreeReply> RemoveAsync(string repository, string path, bool discardWork) => _link.AskAsync(
        HostMethods.RemoveWorktree,
        new RemoveWorktreeRequest(repository, path, discardWork),
        HostJson.Default.RemoveWorktreeRequest,
        HostJson.Default.RemoveWorktreeReply);

    private async Task<IReadOnlyList<string>> ProgressAsync(string operationId, string last)
    {
        var phases = new List<string>();
        while (!phases.Contains(last))
        {
            var notice = await Patience.For(_link.Progress.Reader.ReadAsync(Token).AsTask(), $"'{last}' of {operationId}");
            phases.Add(notice.Phase);
        }

        return phases;
    }
}
