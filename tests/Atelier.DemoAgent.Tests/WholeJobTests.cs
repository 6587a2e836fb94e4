using System.Text.Json.Nodes;
using Atelier.TestKit;

namespace Atelier.DemoAgent.Tests;

public sealed class WholeJobTests(Oracle oracle) : IClassFixture<Oracle>, IDisposable
{
    private readonly TemporaryRepository _repository = new();

    private string State => _repository.Beside("state");

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task An_allowed_job_reads_writes_and_commits()
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);

        Assert.Equal("end_turn", await demo.PromptAsync("Greet the newcomers!\nIn their language."));

        var notes = File.ReadAllText(Path.Combine(_repository.Path, "NOTES-greet-the-newcomers-in-their-language.md"));
        Assert.Contains("> Greet the newcomers!\n> In their language.\n", notes, StringComparison.Ordinal);
        Assert.Contains("- README.md\n", notes, StringComparison.Ordinal);
        Assert.StartsWith("hello\n\nSee [NOTES-greet", File.ReadAllText(Path.Combine(_repository.Path, "README.md")), StringComparison.Ordinal);
        Assert.Equal("Note: Greet the newcomers!", _repository.Git("log", "-1", "--format=%s"));
        Assert.Equal("", _repository.Git("status", "--porcelain"));
        Assert.All(demo.Calls().Values, status => Assert.Equal("completed", status));
        Assert.Equal(
            ["read", "edit", "edit", "execute"],
            demo.Updates.Where(update => (string?)update["sessionUpdate"] == "tool_call").Select(update => (string?)update["kind"]));
    }

    [Fact]
    public async Task Everything_it_sends_is_as_the_official_schema_has_it()
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);
        await demo.PromptAsync("Write it down");
        await demo.PromptAsync("list");
        await demo.PromptAsync("undo");
        var asked = new Dictionary<int, string> { [1] = "initialize", [2] = "session/new", [3] = "session/prompt", [4] = "session/prompt", [5] = "session/prompt" };
        await AskAsync("session/set_mode", new JsonObject { ["sessionId"] = demo.Session, ["modeId"] = "auto" });
        await AskAsync("session/list", []);
        await AskAsync("session/load", Place());
        await AskAsync("session/resume", Place());
        await AskAsync("session/close", new JsonObject { ["sessionId"] = demo.Session });

        Assert.Empty(await oracle.ProblemsAsync(demo.Agent.Messages, asked));

        JsonObject Place() => new() { ["sessionId"] = demo.Session, ["cwd"] = _repository.Path, ["mcpServers"] = new JsonArray() };

        async Task AskAsync(string method, JsonObject parameters)
        {
            var id = await demo.Agent.BeginAsync(method, parameters);
            asked[id] = method;
            await demo.Agent.AnswerToAsync(id, method);
        }
    }

    [Fact]
    public async Task The_official_client_drives_it_through_a_whole_turn()
    {
        var outcome = await oracle.DriveAsync(DemoProcess.Program, _repository.Path, "Say hi", new Dictionary<string, string>
        {
            ["ATELIER_DEMO_PACE"] = "0",
            ["ATELIER_DEMO_STATE"] = State,
        });

        Assert.Equal(("end_turn", "1", "true"), ((string?)outcome["stopReason"], outcome["asked"]!.ToJsonString(), outcome["listed"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("reject_once")]
    [InlineData("reject_always")]
    [InlineData("none")]
    public async Task A_rejected_job_leaves_its_changes_uncommitted_and_says_so(string answer)
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);

        Assert.Equal("end_turn", await demo.PromptAsync("Write it down", answer));

        Assert.Contains("left the changes uncommitted", demo.Said(demo.Session), StringComparison.Ordinal);
        Assert.Equal("Say hello", _repository.Git("log", "-1", "--format=%s"));
        Assert.Equal("M README.md\n?? NOTES-write-it-down.md", _repository.Git("status", "--porcelain"));
        Assert.Equal("failed", demo.Calls().Values.Last());
    }

    [Theory]
    [InlineData("allow_always")]
    [InlineData("reject_always")]
    public async Task What_is_decided_for_always_is_not_asked_again(string answer)
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);

        await demo.PromptAsync("Write it down", answer);
        await demo.PromptAsync("And this");

        Assert.Equal(1, demo.Asked);
        Assert.Equal(answer == "allow_always" ? "Note: And this" : "Say hello", _repository.Git("log", "-1", "--format=%s"));
    }

    [Fact]
    public async Task In_the_mode_auto_it_does_not_ask()
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);
        await demo.Agent.AskAsync("session/set_mode", new JsonObject { ["sessionId"] = demo.Session, ["modeId"] = "auto" });

        await demo.PromptAsync("Write it down");

        Assert.Equal(0, demo.Asked);
        Assert.Equal("Note: Write it down", _repository.Git("log", "-1", "--format=%s"));
    }

    [Fact]
    public async Task Undo_takes_back_what_was_committed_and_what_was_not()
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);
        await demo.PromptAsync("Write it down");
        await demo.PromptAsync("Undo that, please");
        Assert.Equal(["README.md"], Files());
        Assert.Equal("hello\n", File.ReadAllText(Path.Combine(_repository.Path, "README.md")));

        await demo.PromptAsync("Write more", "reject_once");
        await demo.PromptAsync("/undo");

        Assert.Equal(["README.md"], Files());
        Assert.Equal("", _repository.Git("status", "--porcelain"));
        await demo.PromptAsync("undo");
        Assert.Contains("nothing of mine left", demo.Said(demo.Session), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_needs_a_name_in_git_nor_a_README_nor_a_repository()
    {
        using var folder = new TemporaryFolder();
        await using var demo = await DemoProcess.OpenAsync(folder.Path, State);

        Assert.Equal("end_turn", await demo.PromptAsync("Write it down"));

        Assert.Contains("did not work", demo.Said(demo.Session), StringComparison.Ordinal);
        Assert.True(File.Exists(folder["README.md"]));

        using var empty = new TemporaryRepository(withCommit: false);
        empty.Git("config", "--unset", "user.name");
        empty.Git("config", "--unset", "user.email");
        await using var second = await DemoProcess.OpenAsync(empty.Path, State);
        await second.PromptAsync("It's \"quoted\" & $HOME; `rm`");
        Assert.Equal("Atelier demo agent Note: It's \"quoted\" & $HOME; `rm`", empty.Git("log", "-1", "--format=%an %s"));
    }

    [Fact]
    public async Task A_readme_that_is_a_link_is_left_alone()
    {
        var elsewhere = _repository.Beside("elsewhere");
        File.WriteAllText(elsewhere, "not yours\n");
        File.Delete(Path.Combine(_repository.Path, "README.md"));
        File.CreateSymbolicLink(Path.Combine(_repository.Path, "README.md"), elsewhere);
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);

        await demo.PromptAsync("Write it down");

        Assert.Equal("not yours\n", File.ReadAllText(elsewhere));
        Assert.Contains("leave it alone", demo.Said(demo.Session), StringComparison.Ordinal);
    }

    private string[] Files() => [.. Directory.EnumerateFiles(_repository.Path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
