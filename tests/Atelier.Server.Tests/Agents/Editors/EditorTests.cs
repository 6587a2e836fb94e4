using System.Net.WebSockets;
using System.Text.Json;
using Atelier.Protocol.Acp;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Accounts.Permissions;
using Atelier.Server.Accounts.Tokens;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Infrastructure.Database;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Agents.Editors;

/// <summary>Rules of docs/protocols/acp-server.md, as editors see them.</summary>
public sealed class EditorTests(EditorServer server) : IClassFixture<EditorServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("rule", "AE1")]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Whatever_version_an_editor_speaks_it_is_told_the_first_one_and_what_there_is(int version)
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);

        var answer = await editor.AskAsync(EditorMethods.Initialize, new { protocolVersion = version, clientCapabilities = new { } });

        Assert.Equal(1, answer.GetProperty("protocolVersion").GetInt32());
        Assert.True(answer.GetProperty("agentCapabilities").GetProperty("loadSession").GetBoolean());
        Assert.Empty(answer.GetProperty("authMethods").EnumerateArray());
        Assert.Equal(-32601, (await editor.RefusedAsync("session/fork", new { sessionId = "x" })).Code);
    }

    [Fact]
    [Trait("rule", "AE2")]
    public async Task Whoever_connects_without_a_token_logs_in_and_can_do_nothing_before()
    {
        await using var editor = await TestEditor.ConnectAsync(server, token: null);

        Assert.Equal(EditorErrors.LoginNeeded, (await editor.RefusedAsync(EditorMethods.ListSessions, new { })).Code);
        Assert.Equal(EditorErrors.LoginNeeded, (await editor.RefusedAsync(EditorMethods.Authenticate, new { methodId = "token", _meta = new { atelier = new { token = "wrong" } } })).Code);
        await editor.AskAsync(EditorMethods.Authenticate, new { methodId = "token", _meta = new { atelier = new { token = server.Token } } });

        Assert.NotEmpty(await editor.NewAsync());
    }

    [Fact]
    [Trait("rule", "AE2")]
    public async Task A_wrong_token_is_refused_at_once_and_one_that_ends_ends_its_connections()
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => TestEditor.SocketAsync(server, "atl_wrong"));
        var token = await server.AddMemberAsync("editor", Cancel);
        await using var editor = await TestEditor.ConnectAsync(server, token);

        await server.Services.GetRequiredService<NpgsqlDataSource>().CommandFor("delete from access_tokens where token_hash = $1", new Secret(token).Hash).RunAsync(Cancel);
        await server.Services.GetRequiredService<AccessChanges>().TellAsync();

        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
        await Patience.For(editor.Running, "the connection to end");
    }

    [Fact]
    [Trait("rule", "AE2")]
    public async Task Whoever_does_not_log_in_is_let_go()
    {
        await using var editor = await TestEditor.ConnectAsync(server, token: null);

        await Patience.For(editor.Running, "the connection to end");
    }

    [Fact]
    [Trait("rule", "AE3")]
    public async Task A_directory_leads_to_its_repository_and_the_agent_is_made_by_the_first_prompt()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);

        var begun = await editor.AskAsync(EditorMethods.NewSession, new { cwd = Path.Combine(server.Directory, "inner"), mcpServers = Array.Empty<string>(), _meta = new { atelier = new { agentProgramId = EditorServer.Program } } });
        var meta = begun.GetProperty("_meta").GetProperty("atelier");
        Assert.Equal(EditorServer.Repository, meta.GetProperty("repositoryId").GetString());
        var id = meta.GetProperty("agentId").GetString() ?? "";
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.AgentAsync(id));
        var reply = await editor.PromptAsync(begun.GetProperty("sessionId").GetString() ?? "", "say title end");

        Assert.Equal("end_turn", reply.GetProperty("stopReason").GetString());
        Assert.Equal("say title end", (await server.AgentAsync(id)).TaskRequest);
        Assert.Contains(editor.Told, one => one.Kind == "session_info_update");
    }

    [Fact]
    [Trait("rule", "AE3")]
    public async Task A_directory_that_is_in_no_known_repository_is_refused_with_what_to_do()
    {
        await using var editor = await TestEditor.ConnectAsync(server, await server.AddMemberAsync("viewer", Cancel));

        var refusal = await editor.RefusedAsync(EditorMethods.NewSession, new { cwd = "/nowhere/at/all", mcpServers = Array.Empty<string>() });
        var relative = await editor.RefusedAsync(EditorMethods.NewSession, new { cwd = "here", mcpServers = Array.Empty<string>() });

        Assert.Equal((EditorErrors.NotFound, "repository-not-known"), (refusal.Code, refusal.Reason));
        Assert.Contains("atelier repositories add", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(JsonRpcErrorCodes.InvalidParameters, relative.Code);
    }

    [Fact]
    [Trait("rule", "AE3")]
    public async Task A_conversation_asked_for_twice_under_one_name_is_one_and_an_agent_can_be_joined()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        var key = new { repositoryId = EditorServer.Repository, agentProgramId = EditorServer.Program, requestKey = "once" };

        var first = await editor.NewAsync(key);
        Assert.Equal(first, await editor.NewAsync(key));
        await editor.PromptAsync(first, "end");
        Assert.Equal(first, await editor.NewAsync(key));
        var agent = await AgentOfAsync(editor, first);
        var join = new { agentId = agent, name = "Beside", requestKey = "join" };
        var second = await editor.NewAsync(join);
        Assert.Equal(second, await editor.NewAsync(join));
        await editor.PromptAsync(second, "say end");

        Assert.Equal(["Main", "Beside"], (await server.AgentAsync(agent)).WorkSessions.Select(one => one.Name));
    }

    [Fact]
    [Trait("rule", "AE4")]
    public async Task Conversations_are_shown_to_whoever_may_see_them_and_steered_by_whoever_may_steer()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        var session = await editor.NewAsync();
        await editor.PromptAsync(session, "say end");
        await using var viewer = await TestEditor.ConnectAsync(server, await server.AddMemberAsync("viewer", Cancel));
        await using var stranger = await TestEditor.ConnectAsync(server, await server.AddUserAsync($"Stranger {Guid.NewGuid():n}", Cancel));

        await viewer.AskAsync(EditorMethods.LoadSession, new { sessionId = session, cwd = server.Directory, mcpServers = Array.Empty<string>() });
        var prompt = await Assert.ThrowsAsync<JsonRpcException>(() => viewer.PromptAsync(session, "end"));
        var mode = await viewer.RefusedAsync(EditorMethods.SetMode, new { sessionId = session, modeId = "code" });
        var begin = await viewer.RefusedAsync(EditorMethods.NewSession, new { cwd = server.Directory, mcpServers = Array.Empty<string>() });
        var hidden = await stranger.RefusedAsync(EditorMethods.LoadSession, new { sessionId = session, cwd = "/", mcpServers = Array.Empty<string>() });

        Assert.NotEmpty(viewer.Told);
        Assert.Equal(["forbidden", "forbidden", "forbidden", "not-found"], new[] { prompt, mode, begin, hidden }.Select(one => one.Reason));
        Assert.Contains(session, await ListAsync(viewer));
        Assert.Contains(session, await ListAsync(viewer, server.Directory));
        Assert.Empty(await ListAsync(viewer, "/elsewhere"));
        Assert.Empty(await ListAsync(stranger));
    }

    [Fact]
    [Trait("rule", "AE5")]
    public async Task A_prompt_is_answered_after_everything_that_came_of_it_and_is_not_told_to_who_asked_it()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        var session = await editor.NewAsync();

        await editor.PromptAsync(session, "say tool say end");

        Assert.Equal(["agent_message_chunk", "tool_call", "agent_message_chunk"], editor.Told.Select(one => one.Kind).Where(IsOfTurn));
        var failed = await Assert.ThrowsAsync<JsonRpcException>(() => editor.PromptAsync(session, "error"));
        Assert.Equal(("turn-failed", "The model is overloaded."), (failed.Reason, failed.Message));
    }

    [Fact]
    [Trait("rule", "AE5")]
    public async Task A_prompt_that_is_sent_again_under_its_name_is_asked_once_and_answered_each_time()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token, client: "again");
        var session = await editor.NewAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => editor.PromptAsync(session, "say end", promptId: "p")));
        await using var back = await TestEditor.ConnectAsync(server, server.Token, client: "again");
        await back.AskAsync(EditorMethods.ResumeSession, new { sessionId = session, cwd = "/", _meta = new { atelier = new { after = 0 } } });
        var late = await back.PromptAsync(session, "say end", promptId: "p");

        Assert.All(replies.Append(late), reply => Assert.Equal("end_turn", reply.GetProperty("stopReason").GetString()));
        Assert.Single((await server.MachineAsync(await AgentOfAsync(editor, session))).Program.Prompts);
        Assert.Single(back.Told, one => one.Kind == "agent_message_chunk");
    }

    [Fact]
    [Trait("rule", "AE5")]
    public async Task Files_and_images_go_along_and_what_is_no_prompt_is_refused()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        var session = await editor.NewAsync();

        await editor.AskAsync(EditorMethods.Prompt, new
        {
            sessionId = session,
            prompt = new object[]
            {
                new { type = "resource_link", uri = "file:///a.txt", name = "a.txt" },
                new { type = "image", mimeType = "image/png", data = "AAAA" },
                new { type = "resource", resource = new { uri = "file:///b.txt", text = "contents" } },
                new { type = "text", text = "end" },
            },
        });
        var content = (await server.MachineAsync(await AgentOfAsync(editor, session))).Program.Told.Select(one => one.Command).OfType<AgentCommand.Prompt>().Single().Content;
        var reasons = new List<string?>();
        foreach (var prompt in new object[] { "text", Array.Empty<int>(), new[] { new { type = "audio", data = "", mimeType = "" } }, new[] { new { type = "text", text = "\0" } }, Enumerable.Repeat(new { type = "text", text = "a" }, 300) })
        {
            reasons.Add((await editor.RefusedAsync(EditorMethods.Prompt, new { sessionId = session, prompt })).Reason);
        }

        Assert.Equal(["resource_link", "image", "text", "text"], content.EnumerateArray().Select(block => block.GetProperty("type").GetString()));
        Assert.All(reasons, reason => Assert.Equal("invalid-parameters", reason));
    }

    [Fact]
    [Trait("rule", "AE6")]
    [Trait("rule", "AE7")]
    public async Task Who_loads_a_conversation_in_the_middle_is_told_all_of_it_once_and_everybody_sees_the_same()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        var session = await editor.NewAsync();
        await editor.PromptAsync(session, "say tool end");
        var running = editor.PromptAsync(session, "say hang");
        await editor.UntilAsync(one => one.Text == "w3", "the second answer to begin");
        var machine = await server.MachineAsync(await AgentOfAsync(editor, session));

        await using var second = await TestEditor.ConnectAsync(server, server.Token);
        var loading = second.AskAsync(EditorMethods.LoadSession, new { sessionId = session, cwd = "/", mcpServers = Array.Empty<string>() });
        for (var number = 0; number < 50; number++)
        {
            machine.Speak(program => program.Say("c1"));
        }

        await loading;
        await second.TellAsync(EditorMethods.Cancel, new { sessionId = session });
        Assert.Equal("cancelled", (await running).GetProperty("stopReason").GetString());
        var last = editor.Told[^1];
        await second.UntilAsync(one => one.Event == last.Event, "the last update");

        Assert.Equal(["say tool end", "say hang"], second.Told.Where(one => one.Kind == "user_message_chunk").Select(one => one.Text));
        Assert.Equal(editor.Told.Select(one => (one.Event, one.Piece, one.Kind)), second.Told.Where(one => one.Kind != "user_message_chunk" && one.Event <= last.Event).Select(one => (one.Event, one.Piece, one.Kind)));
        Assert.Equal(second.Told.Select(one => (one.Event, one.Piece)).Distinct().Order(), second.Told.Select(one => (one.Event, one.Piece)));
        Assert.Equal(52, second.Told.Count(one => one.Kind == "agent_message_chunk"));
    }

    [Fact]
    [Trait("rule", "AE6")]
    public async Task Who_resumes_after_an_event_is_told_what_came_after_it()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        var session = await editor.NewAsync();
        await editor.PromptAsync(session, "say say say end");
        var seen = editor.Told.Where(one => one.Kind == "agent_message_chunk").ToList();

        await using var back = await TestEditor.ConnectAsync(server, server.Token);
        await back.AskAsync(EditorMethods.ResumeSession, new { sessionId = session, cwd = "/", _meta = new { atelier = new { after = seen[0].Event } } });
        await using var fresh = await TestEditor.ConnectAsync(server, server.Token);
        await fresh.AskAsync(EditorMethods.ResumeSession, new { sessionId = session, cwd = "/" });

        Assert.Equal(seen.Skip(1).Select(one => one.Text), back.Told.Where(one => one.Kind == "agent_message_chunk").Select(one => one.Text));
        Assert.Empty(fresh.Told);
    }

    [Fact]
    [Trait("rule", "AE8")]
    public async Task A_turn_goes_on_when_its_editor_is_gone_and_ends_when_it_is_given_up()
    {
        var editor = await TestEditor.ConnectAsync(server, server.Token);
        var session = await editor.NewAsync();
        var lost = editor.PromptAsync(session, "say hang");
        await editor.UntilAsync(one => one.Kind == "agent_message_chunk", "the answer to begin");
        var agent = await AgentOfAsync(editor, session);
        await editor.DisposeAsync();
        await Assert.ThrowsAsync<JsonRpcEndedException>(() => lost);
        Assert.Single((await server.AgentAsync(agent)).Turns, turn => turn.IsInFlight);

        await using var back = await TestEditor.ConnectAsync(server, server.Token);
        await back.AskAsync(EditorMethods.ResumeSession, new { sessionId = session, cwd = "/" });
        await back.TellAsync(EditorMethods.Cancel, new { sessionId = session });
        await Patience.Until(() => !server.AgentAsync(agent).Result.Turns.Exists(turn => turn.IsInFlight), "the turn to end");
        using var giveUp = new CancellationTokenSource();
        var given = back.PromptAsync(session, "say hang", cancellationToken: giveUp.Token);
        await back.UntilAsync(one => one.Kind == "agent_message_chunk", "the next answer to begin");
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await Patience.Until(() => !server.AgentAsync(agent).Result.Turns.Exists(turn => turn.IsInFlight), "the turn to end");

        var closed = back.PromptAsync(session, "say hang");
        await back.UntilAsync(one => one.Text == "w3", "the third answer to begin");
        await back.AskAsync(EditorMethods.CloseSession, new { sessionId = session });
        await Assert.ThrowsAsync<JsonRpcException>(() => closed);
        await Patience.Until(() => !server.AgentAsync(agent).Result.Turns.Exists(turn => turn.IsInFlight), "the turn to end");
        Assert.Equal("session-not-open", (await back.RefusedAsync(EditorMethods.CloseSession, new { sessionId = session })).Reason);
    }

    [Fact]
    [Trait("rule", "AE8")]
    public async Task A_cancel_right_behind_its_prompt_ends_it()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        var session = await editor.NewAsync();

        var running = editor.PromptAsync(session, "say hang");
        await editor.TellAsync(EditorMethods.Cancel, new { sessionId = session });

        Assert.Equal("cancelled", (await running).GetProperty("stopReason").GetString());
    }

    [Theory]
    [Trait("rule", "AE9")]
    [InlineData("editor")]
    [InlineData("inbox")]
    public async Task Whoever_answers_first_has_answered_and_the_question_is_withdrawn_from_the_others(string first)
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        await using var other = await TestEditor.ConnectAsync(server, server.Token);
        var session = await editor.NewAsync();
        var running = editor.PromptAsync(session, "ask say end");
        var asked = await editor.QuestionAsync();
        await other.AskAsync(EditorMethods.LoadSession, new { sessionId = session, cwd = "/", mcpServers = Array.Empty<string>() });
        var also = await other.QuestionAsync();
        using var http = server.Client(server.Token);
        Assert.Equal(asked.RequestId, also.RequestId);
        Assert.True(asked.Question.TryGetProperty("toolCall", out _));

        if (first == "editor")
        {
            also.Answer.SetResult("""{"outcome":{"outcome":"selected","optionId":"no"}}""");
        }
        else
        {
            using var answered = await http.SendJsonAsync(HttpMethod.Post, $"/api/inbox/{asked.RequestId}/answer", """{"optionId":"no"}""", Cancel);
            Assert.True(answered.IsSuccessStatusCode);
            await also.UntilWithdrawn();
        }

        await asked.UntilWithdrawn();
        Assert.Equal("end_turn", (await running).GetProperty("stopReason").GetString());
        using var late = await http.SendJsonAsync(HttpMethod.Post, $"/api/inbox/{asked.RequestId}/answer", """{"optionId":"yes"}""", Cancel);
        Assert.Equal("/problems/request-is-over", await late.ProblemAsync(Cancel));
        var program = (await server.MachineAsync(await AgentOfAsync(editor, session))).Program;
        Assert.Equal("no", Assert.Single(program.Told.Select(one => one.Command).OfType<AgentCommand.Answer>()).Result.GetProperty("outcome").GetProperty("optionId").GetString());
    }

    [Fact]
    [Trait("rule", "AE9")]
    public async Task A_question_that_an_editor_puts_away_stays_in_the_inbox_and_goes_with_its_turn()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        var session = await editor.NewAsync();
        var running = editor.PromptAsync(session, "ask say end");
        (await editor.QuestionAsync()).Answer.SetResult("""{"outcome":{"outcome":"cancelled"}}""");
        await using var viewer = await TestEditor.ConnectAsync(server, await server.AddMemberAsync("viewer", Cancel));
        await viewer.AskAsync(EditorMethods.LoadSession, new { sessionId = session, cwd = "/", mcpServers = Array.Empty<string>() });
        await using var other = await TestEditor.ConnectAsync(server, server.Token);
        var open = (await other.AskAsync(EditorMethods.ResumeSession, new { sessionId = session, cwd = "/" })).GetProperty("_meta").GetProperty("atelier").GetProperty("openRequests");
        var asked = await other.QuestionAsync();
        Assert.Equal(asked.RequestId, Assert.Single(open.EnumerateArray()).GetString());

        await editor.TellAsync(EditorMethods.Cancel, new { sessionId = session });

        Assert.Equal("cancelled", (await running).GetProperty("stopReason").GetString());
        await asked.UntilWithdrawn();
        Assert.False(viewer.WasAsked);
    }

    [Fact]
    [Trait("rule", "AE10")]
    public async Task A_form_is_shown_by_editors_that_can_and_filled_in_by_one_of_them()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token, forms: true);
        var session = await editor.NewAsync();
        var running = editor.PromptAsync(session, "say hang");
        await editor.UntilAsync(one => one.Kind == "agent_message_chunk", "the answer to begin");
        var machine = await server.MachineAsync(await AgentOfAsync(editor, session));

        machine.Speak(_ => machine.Say(new AgentNotice.Asked("\"q\"", "c1", AgentRequest.Question, JsonSerializer.SerializeToElement(new { mode = "form", message = "Which?", requestedSchema = new { type = "object", properties = new { } } }))));
        var asked = await editor.QuestionAsync();
        asked.Answer.SetResult("""{"action":"accept","content":{"which":"this"}}""");
        await Patience.Until(() => machine.Program.Told.Exists(one => one.Command is AgentCommand.Answer), "the answer to reach the program");
        await editor.TellAsync(EditorMethods.Cancel, new { sessionId = session });
        await running;

        Assert.Equal((EditorMethods.Elicit, "Which?"), (asked.Method, asked.Question.GetProperty("message").GetString()));
        Assert.Equal("this", machine.Program.Told.Select(one => one.Command).OfType<AgentCommand.Answer>().Single().Result.GetProperty("content").GetProperty("which").GetString());
    }

    [Fact]
    [Trait("rule", "AE11")]
    public async Task Modes_are_known_once_the_program_runs_and_are_set()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        var session = await editor.NewAsync();
        Assert.Equal("session-not-asked-yet", (await editor.RefusedAsync(EditorMethods.SetMode, new { sessionId = session, modeId = "code" })).Reason);
        await editor.PromptAsync(session, "end");

        var loaded = await editor.AskAsync(EditorMethods.LoadSession, new { sessionId = session, cwd = "/", mcpServers = Array.Empty<string>() });
        var wrong = await editor.RefusedAsync(EditorMethods.SetMode, new { sessionId = session, modeId = "plan" });
        await editor.AskAsync(EditorMethods.SetMode, new { sessionId = session, modeId = "code" });
        await editor.PromptAsync(session, "end");

        Assert.Equal("ask", loaded.GetProperty("modes").GetProperty("currentModeId").GetString());
        Assert.Equal("setting-not-offered", wrong.Reason);
        Assert.Equal(["ask", "code"], (await server.MachineAsync(await AgentOfAsync(editor, session))).Program.ModesAtPrompts);
    }

    [Fact]
    [Trait("rule", "AE12")]
    public async Task What_is_too_much_is_refused_or_ends_the_connection()
    {
        await using var editor = await TestEditor.ConnectAsync(server, server.Token);
        var session = await editor.NewAsync();
        var asking = Enumerable.Range(0, 9).Select(_ => editor.PromptAsync(session, "say hang")).ToList();
        var busy = await Assert.ThrowsAsync<JsonRpcException>(() => asking[^1]);
        Assert.Equal(JsonRpcErrorCodes.Busy, busy.Code);
        await editor.TellAsync(EditorMethods.Cancel, new { sessionId = session });
        Assert.All(await Task.WhenAll(asking.Take(8)), reply => Assert.Equal("cancelled", reply.GetProperty("stopReason").GetString()));
        for (var number = 1; number < 6; number++)
        {
            await editor.NewAsync();
        }

        Assert.Equal("too-many-sessions", (await Assert.ThrowsAsync<JsonRpcException>(() => editor.NewAsync())).Reason);
        await Assert.ThrowsAsync<JsonRpcEndedException>(() => editor.PromptAsync(session, new string('a', 80_000)));
        await using var stranger = await TestEditor.ConnectAsync(server, token: null);
        await Assert.ThrowsAsync<JsonRpcEndedException>(() => stranger.PromptAsync(session, new string('a', 5_000)));
    }

    private static bool IsOfTurn(string kind) => kind is "agent_message_chunk" or "tool_call" or "tool_call_update" or "user_message_chunk";

    private static async Task<IReadOnlyList<string?>> ListAsync(TestEditor editor, string? cwd = null) =>
        [.. (await editor.AskAsync(EditorMethods.ListSessions, cwd is null ? new { } : new { cwd })).GetProperty("sessions").EnumerateArray().Select(one => one.GetProperty("sessionId").GetString())];

    private static async Task<string> AgentOfAsync(TestEditor editor, string session) =>
        (await editor.AskAsync(EditorMethods.ListSessions, new { })).GetProperty("sessions").EnumerateArray().Single(one => one.GetProperty("sessionId").GetString() == session)
            .GetProperty("_meta").GetProperty("atelier").GetProperty("agentId").GetString() ?? "";
}
