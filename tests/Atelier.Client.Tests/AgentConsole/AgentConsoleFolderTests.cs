using Atelier.Client.AgentConsole;

namespace Atelier.Client.Tests.AgentConsole;

public sealed class AgentConsoleFolderTests : IDisposable
{
    private const string OldSessions = """
        [
          {"id":"s-1","worktreePath":"/work/app-feature","repositoryId":"r-1","pid":123,"serverPid":456,"createdAt":"2025-12-01T10:00:00.000Z"},
          {"id":"s-2","worktreePath":"/home/me","repositoryId":"default","pid":124,"createdAt":"2025-12-01T11:00:00.000Z"}
        ]
        """;

    private const string NewSessions = """
        [
          {"id":"s-3","type":"worktree","locationPath":"/work/app-x","repositoryId":"r-1","worktreeId":"feature/x","serverPid":9,
           "createdAt":"2025-12-09T10:00:00.000Z","title":"X","initialPrompt":"hello",
           "workers":[
             {"id":"w-1","type":"agent","name":"Claude","agentId":"claude-code-builtin","pid":23,"createdAt":"2025-12-09T10:00:01.000Z"},
             {"id":"w-2","type":"terminal","name":"Terminal 1","pid":null,"createdAt":"2025-12-09T10:00:02.000Z"},
             {"id":"w-3","type":"git-diff","name":"Diff","baseCommit":"abc","createdAt":"2025-12-09T10:00:03.000Z"}]},
          {"id":"s-4","type":"quick","locationPath":"/tmp","serverPid":9,"createdAt":"2025-12-09T10:00:00.000Z","workers":[]}
        ]
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("atelier-agent-console-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_old_session_becomes_one_with_an_agent_worker()
    {
        var session = Read(("sessions.json", OldSessions)).Sessions[0];

        Assert.Equal(
            ("s-1", "worktree", "/work/app-feature", "r-1", "/work/app-feature", 456),
            (session.Id, session.Type, session.LocationPath, session.RepositoryId, session.WorktreeId, session.ServerPid));
        Assert.Equal(
            [new AgentConsoleWorker("s-1-agent", "agent", "Claude", "claude-code-builtin", 123, session.CreatedAt)],
            session.Workers);
    }

    [Fact]
    public void An_old_session_without_a_repository_is_a_quick_one()
    {
        var session = Read(("sessions.json", OldSessions)).Sessions[1];

        Assert.Equal(
            ("quick", null, null, null),
            (session.Type, session.RepositoryId, session.WorktreeId, session.ServerPid));
    }

    [Fact]
    public void A_new_session_keeps_its_ids_its_workers_and_what_we_do_not_know()
    {
        var session = Read(("sessions.json", NewSessions)).Sessions[0];

        Assert.Equal(["w-1", "w-2"], session.Workers.Select(worker => worker.Id));
        Assert.Equal(("feature/x", "X"), (session.WorktreeId, session.Title));
        Assert.Equal("hello", (string?)session.Original["initialPrompt"]);
        Assert.Equal(3, session.Original["workers"]!.AsArray().Count);
    }

    [Fact]
    public void Old_and_new_records_may_stand_in_one_file()
    {
        var mixed = OldSessions.TrimEnd()[..^1] + "," + NewSessions.TrimStart()[1..];

        Assert.Equal(["s-1", "s-2", "s-3", "s-4"], Read(("sessions.json", mixed)).Sessions.Select(s => s.Id));
    }

    [Fact]
    public void Repositories_and_agents_are_read()
    {
        var contents = Read(
            ("repositories.json", """[{"id":"r-1","name":"app","path":"/work/app","registeredAt":"2025-12-01T00:00:00Z"}]"""),
            ("agents.json", """
                [{"id":"a-1","name":"Mine","command":"mine --fast","isBuiltIn":false,"registeredAt":"2025-12-01T00:00:00Z",
                  "activityPatterns":{"askingPatterns":["Allow.*\\?"]},"continueArgs":["-c"]}]
                """));

        Assert.Equal(("r-1", "/work/app"), (contents.Repositories[0].Id, contents.Repositories[0].Path));
        Assert.Equal(["Allow.*\\?", "-c"], [.. contents.Agents[0].AskingPatterns, .. contents.Agents[0].ContinueArguments]);
    }

    [Theory]
    [InlineData("""[{"id":"s-1","type":"quick","loc""")]
    [InlineData("")]
    [InlineData("""{"sessions":[]}""")]
    [InlineData("""[{"id":"s-1"}]""")]
    [InlineData("""[{"id":"s-1","id":"s-2","type":"quick","locationPath":"/","createdAt":"2025-12-01T00:00:00Z","workers":[]}]""")]
    [InlineData("""[{"id":"s","type":"quick","locationPath":"/","createdAt":"yesterday","workers":[]}]""")]
    [InlineData("""[{"id":"s","type":"other","locationPath":"/","createdAt":"2025-12-01T00:00:00Z","workers":[]}]""")]
    public void A_file_that_cannot_be_read_is_left_copied_and_reported(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "sessions.json"), text);
        var quarantine = Path.Combine(_folder, "quarantine");

        var problem = Assert.Throws<AgentConsoleException>(() => new AgentConsoleFolder(_folder).Read(quarantine));

        Assert.Equal(text, File.ReadAllText(Path.Combine(_folder, "sessions.json")));
        Assert.Equal(text, File.ReadAllText(Assert.Single(problem.Files).Copy));
    }

    [Fact]
    public void A_record_that_is_there_twice_is_refused_by_its_place()
    {
        var twice = """[{"id":"r","name":"a","path":"/a"},{"id":"r","name":"b","path":"/b"}]""";

        var problem = Assert.Throws<AgentConsoleException>(() => Read(("repositories.json", twice)));

        Assert.Contains("record 2: its id r is there twice", problem.Message, StringComparison.Ordinal);
    }

    private AgentConsoleContents Read(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(_folder, name), text);
        }

        return new AgentConsoleFolder(_folder).Read(Path.Combine(_folder, "quarantine"));
    }
}
