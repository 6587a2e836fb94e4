using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.AgentScripts;
using Atelier.TestKit.Agents;

namespace Atelier.TestKit.Tests.Agents;

public sealed class ScriptedAgentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_script_it_is_an_agent_that_ends_every_turn_at_once()
    {
        var agent = new ScriptedAgent(_folder["agent"]);
        await using var process = Start(agent);
        var session = await OpenAsync(process);

        var answer = await PromptAsync(process, session, "Hello");

        Assert.Equal("end_turn", Result(answer, "stopReason"));
        Assert.Equal(["Hello"], agent.Prompts);
        Assert.Empty(agent.Violations);
    }

    [Fact]
    public async Task The_transcript_has_every_message_of_both_sides_in_order()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript().OnAnyPrompt(steps => steps.Say("One two", chunks: 2)));
        await using var process = Start(agent);
        var session = await OpenAsync(process);

        await PromptAsync(process, session, "Speak");

        Assert.Equal(
            [
                "started ", "received initialize", "sent ", "received session/new", "sent ", "received session/prompt",
                "sent session/update", "sent session/update", "sent ",
            ],
            agent.Transcript.Select(entry => $"{entry.What} {entry.Method}"));
        Assert.Equal(Enumerable.Range(1, 9), agent.Transcript.Select(entry => entry.Number));
        Assert.All(agent.Transcript, entry => Assert.Equal(process.Pid, entry.Pid));
        Assert.Equal(process.Lines, agent.Transcript.Where(entry => entry.What == "sent").Select(Text));
    }

    [Fact]
    public async Task Pieces_of_a_text_wait_for_their_gates()
    {
        var agent = new ScriptedAgent(
            _folder["agent"], new AgentScript().OnAnyPrompt(steps => steps.Say("abc", chunks: 3, gate: "piece", messageId: "m1")));
        await using var process = Start(agent);
        var session = await OpenAsync(process);
        var turn = await process.BeginAsync("session/prompt", Prompt(session, "Go"));

        await agent.WaitAtGateAsync("piece-1");
        Assert.Single(agent.Sent("session/update"));
        agent.OpenGate("piece-1");
        await agent.WaitAtGateAsync("piece-2");
        Assert.Equal(2, agent.Sent("session/update").Count());
        agent.OpenGate("piece-2");
        await process.AnswerToAsync(turn, "the prompt");

        Assert.Equal(["a", "b", "c"], Said(process));
    }

    [Fact]
    public async Task The_first_reaction_that_takes_a_prompt_plays()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript()
            .OnPrompt("^fix", steps => steps.Say("first time"), times: 1)
            .OnPrompt("^fix", steps => steps.Say("again"))
            .OnAnyPrompt(steps => steps.Say("something else")));
        await using var process = Start(agent);
        var session = await OpenAsync(process);

        await PromptAsync(process, session, "fix it");
        await PromptAsync(process, session, "fix it");
        await PromptAsync(process, session, "look at it");

        Assert.Equal(["first time", "again", "something else"], Said(process));
    }

    [Fact]
    public async Task A_question_waits_for_its_answer_and_says_it()
    {
        var agent = new ScriptedAgent(
            _folder["agent"], new AgentScript().OnAnyPrompt(steps => steps.AskPermission("call-1", "Run it", id: "ask-1").Say("done")));
        await using var process = Start(agent);
        var session = await OpenAsync(process);
        var turn = await process.BeginAsync("session/prompt", Prompt(session, "Go"));

        var asked = await process.AskedAsync("session/request_permission");
        Assert.Empty(Said(process));
        await process.AnswerAsync(asked, new JsonObject { ["outcome"] = new JsonObject { ["outcome"] = "selected", ["optionId"] = "option-allow_once" } });
        await process.AnswerToAsync(turn, "the prompt");

        Assert.Equal(
            ["""session/request_permission: {"outcome":{"outcome":"selected","optionId":"option-allow_once"}}""", "done"], Said(process));
        Assert.Equal("\"ask-1\"", Assert.Single(agent.Answers()).Id);
    }

    [Fact]
    public async Task A_terminal_is_asked_for_and_used_by_the_id_that_the_client_gave_it()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript().OnAnyPrompt(steps => steps.RunInTerminal("ls", "-l")));
        await using var process = Start(agent);
        var session = await OpenAsync(process);
        var turn = await process.BeginAsync("session/prompt", Prompt(session, "Go"));

        await process.AnswerAsync(await process.AskedAsync("terminal/create"), new JsonObject { ["terminalId"] = "t-7" });
        await process.AnswerAsync(await process.AskedAsync("terminal/wait_for_exit"), new JsonObject { ["exitCode"] = 0 });
        await process.AnswerAsync(await process.AskedAsync("terminal/output"), new JsonObject { ["output"] = "x", ["truncated"] = false });
        var release = await process.AskedAsync("terminal/release");
        await process.AnswerAsync(release, []);
        await process.AnswerToAsync(turn, "the prompt");

        Assert.Equal("t-7", (string?)release["params"]!["terminalId"]);
    }

    [Fact]
    public async Task It_asks_questions_and_for_files_and_takes_a_question_back()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript().OnAnyPrompt(steps => steps
            .AskQuestion("Which one?")
            .ReadFile("/a")
            .WriteFile("/b", "text")
            .Ask("_own/question", [], id: "later", waits: false)
            .Withdraw("later")));
        await using var process = Start(agent);
        var session = await OpenAsync(process);
        var turn = await process.BeginAsync("session/prompt", Prompt(session, "Go"));

        await process.AnswerAsync(await process.AskedAsync("elicitation/create"), new JsonObject { ["action"] = "decline" });
        await process.AnswerAsync(await process.AskedAsync("fs/read_text_file"), new JsonObject { ["content"] = "read" });
        await process.AnswerAsync(await process.AskedAsync("fs/write_text_file"), []);
        await process.AnswerToAsync(turn, "the prompt");

        Assert.Equal(
            ["""elicitation/create: {"action":"decline"}""", """fs/read_text_file: {"content":"read"}""", "fs/write_text_file: {}"], Said(process));
        Assert.Equal("later", (string?)agent.Sent("$/cancel_request").Single().Message!["params"]!["requestId"]);
        Assert.All(agent.Sent("fs/read_text_file"), asked => Assert.Equal(session, asked.SessionId));
    }

    [Fact]
    public async Task A_cancelled_turn_plays_what_the_script_has_for_it_and_says_cancelled()
    {
        var agent = new ScriptedAgent(
            _folder["agent"],
            new AgentScript().OnAnyPrompt(steps => steps.Say("I wait").WaitForCancel(), onCancel: steps => steps.Say("stopped")));
        await using var process = Start(agent);
        var session = await OpenAsync(process);
        var turn = await process.BeginAsync("session/prompt", Prompt(session, "Go"));

        // At once: a cancel right behind its prompt is one of that turn.
        await process.TellAsync("session/cancel", new JsonObject { ["sessionId"] = session });

        Assert.Equal("cancelled", Result(await process.AnswerToAsync(turn, "the prompt"), "stopReason"));
        Assert.Equal("stopped", Said(process)[^1]);
    }

    [Fact]
    public async Task A_cancel_can_be_ignored()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript().OnAnyPrompt(steps => steps.IgnoreCancel().Gate("on").Say("all of it")));
        await using var process = Start(agent);
        var session = await OpenAsync(process);
        var turn = await process.BeginAsync("session/prompt", Prompt(session, "Go"));
        await agent.WaitAtGateAsync("on");

        await process.TellAsync("session/cancel", new JsonObject { ["sessionId"] = session });
        await agent.WaitForAsync(entry => entry.Method == "session/cancel", "the cancel");
        agent.OpenGate("on");
        await process.AnswerToAsync(turn, "the prompt");

        Assert.Equal(["all of it"], Said(process));
    }

    [Fact]
    public async Task It_can_answer_twice_and_speak_after_its_answer()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript()
            .OnPrompt("first", steps => steps.Answer().Gate("late").Say("late").AnswerWithReason("refusal"))
            .OnPrompt("second", steps => steps.Say("second")));
        await using var process = Start(agent);
        var session = await OpenAsync(process);

        var first = await process.BeginAsync("session/prompt", Prompt(session, "first"));
        await process.AnswerToAsync(first, "the first prompt");
        await PromptAsync(process, session, "second");
        agent.OpenGate("late");
        var again = await process.WaitForAsync(message => message["id"]?.ToJsonString() == $"{first}", "the second answer", nth: 2);

        Assert.Equal("refusal", Result(again, "stopReason"));
        Assert.Equal(["second", "late"], Said(process));
        Assert.Empty(agent.Violations);
    }

    [Fact]
    public async Task It_can_fail_and_it_can_never_answer()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript()
            .OnPrompt("fail", steps => steps.Fail(-32603, "Out of luck", new JsonObject { ["why"] = "script" }))
            .OnPrompt("never", steps => steps.NeverAnswer().Say("…")));
        await using var process = Start(agent);
        var session = await OpenAsync(process);

        var failed = await PromptAsync(process, session, "fail");
        var never = await process.BeginAsync("session/prompt", Prompt(session, "never"));
        await process.WaitForAsync(message => (string?)message["method"] == "session/update", "the update");
        var second = await PromptAsync(process, session, "never");

        Assert.Equal("""{"code":-32603,"message":"Out of luck","data":{"why":"script"}}""", failed["error"]!.ToJsonString());
        Assert.DoesNotContain(process.Messages, message => message["method"] is null && message["id"]?.ToJsonString() == $"{never}");
        Assert.NotNull(second["error"]);
        Assert.Single(agent.Violations, "A turn of that conversation is in flight.");
    }

    [Fact]
    public async Task It_writes_lines_that_are_no_messages_and_messages_of_any_size()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript().OnAnyPrompt(steps => steps
            .RawLine("warning: not json")
            .Raw(Encoding.UTF8.GetBytes("{\"half\":"))
            .RawLine("1}")
            .Update(new JsonObject { ["sessionUpdate"] = "of_tomorrow" })
            .Update(new JsonObject { ["sessionUpdate"] = "plan", ["entries"] = new JsonArray() }, sessionId: "nobody")
            .Tell("_own/news", [])
            .SayMuch(2)));
        await using var process = Start(agent);
        var session = await OpenAsync(process);

        await process.AnswerToAsync(await process.BeginAsync("session/prompt", Prompt(session, "Go")), "the prompt");

        Assert.Equal(["warning: not json", """{"half":1}"""], process.Lines.Skip(2).Take(2));
        Assert.Contains("of_tomorrow", process.Lines[4]);
        Assert.Contains("\"nobody\"", process.Lines[5]);
        Assert.Contains("_own/news", process.Lines[6]);
        Assert.InRange(process.Lines[7].Length, 2 << 20, (2 << 20) + 300);
    }

    [Fact]
    public async Task It_can_end_with_a_code_and_last_words()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript().OnAnyPrompt(steps => steps.SayOnError("no more").Exit(7)));
        await using var process = Start(agent);
        var session = await OpenAsync(process);

        await process.BeginAsync("session/prompt", Prompt(session, "Go"));

        Assert.Equal((7, "no more\n"), await process.EndedAsync());
    }

    [Fact]
    public async Task It_can_close_its_output_and_live_on()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript().OnAnyPrompt(steps => steps.CloseOutput().Gate("end").Exit(0)));
        await using var process = Start(agent);
        var session = await OpenAsync(process);

        await process.BeginAsync("session/prompt", Prompt(session, "Go"));
        await process.OutputEndedAsync();
        await agent.WaitAtGateAsync("end");
        agent.OpenGate("end");

        Assert.Equal(0, (await process.EndedAsync()).ExitCode);
    }

    [Fact]
    public async Task It_can_wait_before_it_says_what_it_is()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript().On("initialize", steps => steps.Gate("awake")));
        await using var process = Start(agent);

        var asked = await process.BeginAsync("initialize", new JsonObject { ["protocolVersion"] = 1 });
        await agent.WaitAtGateAsync("awake");
        agent.OpenGate("awake");

        Assert.Equal("1", (await process.AnswerToAsync(asked, "initialize"))["result"]!["protocolVersion"]!.ToJsonString());
    }

    [Fact]
    public async Task It_can_want_a_login_first()
    {
        await using var process = Start(new ScriptedAgent(_folder["agent"], new AgentScript().NeedsLogin()));
        await process.AskAsync("initialize", new JsonObject { ["protocolVersion"] = 1 });

        var refused = await process.AskAsync("session/new", Place());
        await process.AskAsync("authenticate", new JsonObject { ["methodId"] = "login" });
        var opened = await process.AskAsync("session/new", Place());

        Assert.Equal("-32000", refused["error"]!["code"]!.ToJsonString());
        Assert.Equal("conversation-1", Result(opened, "sessionId"));
    }

    [Fact]
    public async Task A_conversation_outlives_its_process()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript().Loads().Resumes().OnAnyPrompt(steps => steps.Say("I know it.")));
        string session;
        await using (var first = Start(agent))
        {
            session = await OpenAsync(first);
            await PromptAsync(first, session, "Remember");
        }

        await using var second = Start(agent);
        await second.AskAsync("session/resume", Place(session));
        Assert.Single(second.Lines);
        await second.AskAsync("session/load", Place(session));

        Assert.Equal(["Remember", "I know it."], Said(second));
        Assert.Equal(2, agent.Transcript[^1].Run);
        Assert.Equal(["user_message_chunk", "agent_message_chunk"], second.Messages
            .Where(message => (string?)message["method"] == "session/update").Select(message => (string?)message["params"]!["update"]!["sessionUpdate"]));
    }

    [Fact]
    public async Task Loading_can_come_late_fail_or_be_unknown_from_one_start_to_the_next()
    {
        var script = new AgentScript().Loads()
            .InRun(2).On("session/load", steps => steps.Answer().Replay())
            .InRun(3).On("session/load", steps => steps.Fail(-32603, "It is gone."));
        var agent = new ScriptedAgent(_folder["agent"], script);
        string session;
        await using (var first = Start(agent))
        {
            session = await OpenAsync(first);
            await PromptAsync(first, session, "Remember");
        }

        await using var late = Start(agent);
        await late.AskAsync("session/load", Place(session));
        await late.WaitForAsync(message => (string?)message["method"] == "session/update", "the conversation told again");
        await using var failing = Start(agent);
        var failed = await failing.AskAsync("session/load", Place(session));
        agent.Follow(new AgentScript());
        await using var unable = Start(agent);
        var unknown = await unable.AskAsync("session/load", Place(session));

        Assert.NotNull(late.Messages[0]["result"]);
        Assert.Equal("It is gone.", (string?)failed["error"]!["message"]);
        Assert.Equal("-32601", unknown["error"]!["code"]!.ToJsonString());
    }

    [Fact]
    public async Task It_can_outlive_its_input_and_a_request_to_end()
    {
        var agent = new ScriptedAgent(_folder["agent"], new AgentScript().OutlivesInput().IgnoresTermination());
        await using var process = Start(agent);
        await OpenAsync(process);

        process.EndInput();
        await agent.WaitForAsync(entry => entry.What == "input-ended", "the end of its input");
        await process.TerminateAsync();
        await agent.WaitForAsync(entry => entry.What == "ending", "the signal");

        Assert.True(Directory.Exists($"/proc/{process.Pid}"));
    }

    [Fact]
    public async Task It_ends_with_its_input_and_takes_note_of_what_it_cannot_read()
    {
        var agent = new ScriptedAgent(_folder["agent"]);
        await using var process = Start(agent);

        await process.WriteAsync("{ no json");
        await process.WriteAsync("""{"jsonrpc":"2.0","id":99,"result":{}}""");
        process.EndInput();

        Assert.Equal(0, (await process.EndedAsync()).ExitCode);
        Assert.Equal(["{ no json", "An answer to nothing that is asked."], agent.Violations);
    }

    private AgentProcess Start(ScriptedAgent agent) => AgentProcess.Start(agent.Command, _folder.Path);

    private async Task<string> OpenAsync(AgentProcess process)
    {
        await process.AskAsync("initialize", new JsonObject { ["protocolVersion"] = 1 });
        return Result(await process.AskAsync("session/new", Place()), "sessionId");
    }

    private JsonObject Place(string? session = null)
    {
        var place = new JsonObject { ["cwd"] = _folder.Path, ["mcpServers"] = new JsonArray() };
        if (session is not null)
        {
            place["sessionId"] = session;
        }

        return place;
    }

    private static async Task<JsonObject> PromptAsync(AgentProcess process, string session, string text) =>
        await process.AskAsync("session/prompt", Prompt(session, text));

    private static JsonObject Prompt(string session, string text) => new()
    {
        ["sessionId"] = session,
        ["prompt"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }),
    };

    private static string[] Said(AgentProcess process) =>
    [
        .. process.Messages.Select(message => (string?)message["params"]?["update"]?["content"]?["text"]).OfType<string>(),
    ];

    private static string Result(JsonObject answer, string name) =>
        (string?)answer["result"]?[name] ?? throw new InvalidOperationException($"No {name} in {answer.ToJsonString()}");

    private static string Text(TranscriptEntry entry) => entry.Message!.ToJsonString(
        new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
