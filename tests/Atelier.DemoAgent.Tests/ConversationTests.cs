using System.Text.Json.Nodes;
using Atelier.TestKit;

namespace Atelier.DemoAgent.Tests;

public sealed class ConversationTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();
    private readonly TemporaryRepository _other = new();

    private string State => _repository.Beside("state");

    public void Dispose()
    {
        _repository.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Two_conversations_work_side_by_side_in_one_process()
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);
        var other = await demo.NewAsync(_other.Path);

        var first = await demo.BeginAsync("One");
        var second = await demo.BeginAsync("Two", other);
        var questions = new[] { await demo.Agent.AskedAsync("session/request_permission"), await demo.Agent.AskedAsync("session/request_permission", 2) };
        foreach (var question in questions.Reverse())
        {
            await demo.AnswerAsync(question, "allow_once");
        }

        await demo.Agent.AnswerToAsync(first, "the first prompt");
        await demo.Agent.AnswerToAsync(second, "the second prompt");
        Assert.Equal(("Note: One", "Note: Two"), (_repository.Git("log", "-1", "--format=%s"), _other.Git("log", "-1", "--format=%s")));
        Assert.Contains("NOTES-one.md", demo.Said(demo.Session), StringComparison.Ordinal);
        Assert.DoesNotContain("NOTES-one.md", demo.Said(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_prompt_is_refused_while_a_turn_is_in_flight()
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);
        await demo.BeginAsync("One");
        await demo.Agent.AskedAsync("session/request_permission");

        var refused = await demo.Agent.AnswerToAsync(await demo.BeginAsync("Two"), "the second prompt");

        Assert.Equal("-32600", refused["error"]!["code"]!.ToJsonString());
    }

    [Fact]
    public async Task Conversations_are_listed_by_folder_the_latest_first()
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);
        await demo.NewAsync(_other.Path);
        await demo.PromptAsync("Write it down");

        var all = (await demo.Agent.AskAsync("session/list", []))["result"]!["sessions"]!.AsArray();
        var here = (await demo.Agent.AskAsync("session/list", new JsonObject { ["cwd"] = _other.Path }))["result"]!["sessions"]!.AsArray();

        Assert.Equal(["Write it down", null], all.Select(session => (string?)session!["title"]));
        Assert.Equal(_other.Path, (string?)Assert.Single(here)!["cwd"]);
    }

    [Theory]
    [InlineData("session/new", """{"mcpServers":[]}""", -32602)]
    [InlineData("session/new", """{"cwd":"relative","mcpServers":[]}""", -32602)]
    [InlineData("session/new", """{"cwd":null,"mcpServers":[]}""", -32602)]
    [InlineData("session/load", """{"sessionId":"../../etc/passwd","cwd":"/","mcpServers":[]}""", -32002)]
    [InlineData("session/prompt", """{"sessionId":"demo-nobody","prompt":[]}""", -32002)]
    [InlineData("session/prompt", """{"sessionId":7,"prompt":"text"}""", -32602)]
    [InlineData("session/set_mode", """{"sessionId":"demo-nobody","modeId":"yolo"}""", -32602)]
    [InlineData("session/fork", "{}", -32601)]
    public async Task What_cannot_be_done_is_refused(string method, string parameters, int code)
    {
        await using var demo = DemoProcess.Start(_repository.Path, State);

        var answer = await demo.Agent.AskAsync(method, JsonNode.Parse(parameters)!.AsObject());

        Assert.Equal(code, (int)answer["error"]!["code"]!);
    }

    [Fact]
    public async Task Lines_that_are_no_messages_end_nothing()
    {
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, State);
        foreach (var line in Enumerable.Repeat(new[] { "", "x", "[]", "{}", "\"\"", "{\"id\":{}}", "\ud800", "{\"jsonrpc\":\"2.0\",\"method\":\"session/cancel\"}" }, 5))
        {
            await demo.Agent.WriteAsync(string.Join('\n', line));
        }

        await demo.Agent.TellAsync("session/cancel", new JsonObject { ["sessionId"] = "nobody" });
        await demo.Agent.AnswerAsync(new JsonObject { ["id"] = 99 }, []);
        var odd = new JsonArray(7, "text", new JsonObject { ["type"] = "hologram" }, new JsonObject { ["type"] = "resource_link", ["uri"] = "file:///a" });
        var turn = await demo.Agent.BeginAsync("session/prompt", new JsonObject { ["sessionId"] = demo.Session, ["prompt"] = odd });
        await demo.AnswerAsync(await demo.Agent.AskedAsync("session/request_permission"), "allow_once");

        Assert.Equal("end_turn", DemoProcess.ReasonOf(await demo.Agent.AnswerToAsync(turn, "the prompt")));
        Assert.Contains("Attached: file:///a", File.ReadAllText(Path.Combine(_repository.Path, "NOTES-request.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_folder_to_keep_conversations_in_it_works_and_offers_no_way_back()
    {
        var file = _repository.Beside("no-folder");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await using var demo = await DemoProcess.OpenAsync(_repository.Path, file);

        Assert.Equal("end_turn", await demo.PromptAsync("Write it down"));

        var abilities = demo.Agent.Messages[0]["result"]!["agentCapabilities"]!;
        Assert.Equal(("false", null), (abilities["loadSession"]!.ToJsonString(), abilities["sessionCapabilities"]!["resume"]));
    }
}
