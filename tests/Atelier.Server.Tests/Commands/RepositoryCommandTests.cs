using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Tests.Hosts;
using Atelier.TestKit;

namespace Atelier.Server.Tests.Commands;

/// <summary><c>atelier repositories</c> against a server.</summary>
public sealed class RepositoryCommandTests(TestServer server) : IClassFixture<TestServer>
{
    private readonly List<WorktreeFacts> _worktrees =
    [
        new("/tmp/cli", "main", "abc", IsMain: true, BaseCommit: null, SetupOutput: null),
        new("/tmp/cli/x", "x", "abc", IsMain: false, BaseCommit: null, SetupOutput: null),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repositorys_setup_templates_and_copied_files_are_edited_and_what_is_not_named_stays()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        var id = await AddAsync("/tmp/edited");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["env"], "PORT={{PORT}}\n", Cancel);

        var first = await AtelierAsync("repositories", "edit", id, "--setup-command", "npm ci", "--template", $".env={folder["env"]}", "--copy", "*.pem", "--json");
        var second = await AtelierAsync("repositories", "edit", id, "--setup-command", "", "--default-branch", "trunk", "--json");
        var third = await AtelierAsync("repositories", "edit", id, "--template", "", "--json");

        Assert.Equal(("npm ci", "PORT={{PORT}}\n"), ((string?)first.Json["repository"]?["setupCommand"], (string?)first.Json["repository"]?["templateFiles"]?[".env"]));
        Assert.Equal((null, "trunk"), ((string?)second.Json["repository"]?["setupCommand"], (string?)second.Json["repository"]?["defaultBranch"]));
        Assert.Equal("{}", third.Json["repository"]?["templateFiles"]?.ToJsonString());
        Assert.Equal("""["*.pem"]""", third.Json["repository"]?["copyFiles"]?.ToJsonString());
    }

    [Fact]
    public async Task Members_are_listed_and_changed_by_name()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        var id = await AddAsync("/tmp/shared");
        await server.AddUserAsync("Mia", Cancel);

        var added = await AtelierAsync("repositories", "members", id, "--set", "Mia=editor", "--json");
        var removed = await AtelierAsync("repositories", "members", id, "--set", "Mia=none", "--json");
        var nobody = await AtelierAsync("repositories", "members", id, "--set", "Nobody=viewer");

        Assert.Contains(added.Json["members"]!.AsArray(), member => ((string?)member?["displayName"], (string?)member?["role"]) == ("Mia", "editor"));
        Assert.Equal("owner", (string?)Assert.Single(removed.Json["members"]!.AsArray())?["role"]);
        Assert.Equal((1, "There is nobody called Nobody. See: atelier users list"), (nobody.ExitCode, nobody.Complained.Trim()));
    }

    [Fact]
    public async Task Worktrees_are_listed_with_what_they_hold_and_removed_only_when_nothing_is_lost_or_it_may_be()
    {
        await using var host = await ScriptedHost.LinkAsync(server, Methods(), Cancel);
        var id = await AddAsync("/tmp/cli");

        var listed = await AtelierAsync("repositories", "worktrees", "list", id);
        var refused = await AtelierAsync("repositories", "worktrees", "remove", id, "/tmp/cli/x");
        var removed = await AtelierAsync("repositories", "worktrees", "remove", id, "/tmp/cli/x", "--discard-work", "--json");

        Assert.Matches(@"/tmp/cli/x +x +0 +3 +1 +2 +no", listed.Said);
        Assert.Contains("3 uncommitted files", refused.Complained, StringComparison.Ordinal);
        Assert.Equal((0, "{}", 1), (removed.ExitCode, removed.Said.Trim(), _worktrees.Count));
    }

    [Fact]
    public async Task A_terminal_takes_no_prompt_and_attach_gives_no_JSON()
    {
        var added = await AtelierAsync("workers", "add", "ses", "--prompt", "hello");
        var attached = await AtelierAsync("attach", "worker", "--json");

        Assert.Equal("--prompt and --continue are for agents; name one with --program.", added.Complained.Trim());
        Assert.Contains("atelier logs WORKER --json", attached.Complained, StringComparison.Ordinal);
        Assert.NotEqual(0, attached.ExitCode);
    }

    private Task<CliRun> AtelierAsync(params string[] arguments) => CliRun.OfAsync(server, Cancel, arguments);

    private async Task<string> AddAsync(string path)
    {
        var added = await AtelierAsync("repositories", "add", path, "--json");
        Assert.True(added.ExitCode == 0, added.Complained);
        return (string?)added.Json["repository"]?["id"] ?? "";
    }

    private JsonRpcMethods Methods() => new JsonRpcMethods()
        .OnRequest(HostMethods.InspectRepository, HostJson.Default.InspectRepositoryRequest, HostJson.Default.RepositoryFacts, (request, _) =>
            Task.FromResult(new RepositoryFacts(request.Path, "main", RemoteUrl: null, IsBare: false)))
        .OnRequest(HostMethods.ListWorktrees, HostJson.Default.RepositoryRequest, HostJson.Default.WorktreeList, (_, _) =>
            Task.FromResult(new WorktreeList([.. _worktrees])))
        .OnRequest(HostMethods.WorktreeStatus, HostJson.Default.WorktreeRequest, HostJson.Default.WorktreeStatus, (request, _) =>
            Task.FromResult(new WorktreeStatus(Exists: true, "x", 3, 1, DiskBytes: 2 << 20, IsSafeToRemove: false)))
        .OnRequest(HostMethods.RemoveWorktree, HostJson.Default.RemoveWorktreeRequest, HostJson.Default.RemoveWorktreeReply, (request, _) =>
        {
            var gone = request.DiscardWork && _worktrees.RemoveAll(worktree => worktree.Path == request.Path) > 0;
            return Task.FromResult(new RemoveWorktreeReply(
                gone, gone ? null : new WorktreeStatus(Exists: true, "x", 3, 1, DiskBytes: null, IsSafeToRemove: false)));
        });
}
