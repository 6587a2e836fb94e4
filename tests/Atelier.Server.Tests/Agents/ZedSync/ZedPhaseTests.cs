using System.Text.Json.Nodes;
using Atelier.Protocol.ZedSync;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.ZedSync;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Agents.ZedSync;

/// <summary>What a Zed and the server go through together, one thing after the other, over HTTP and PostgreSQL.</summary>
public sealed class ZedPhaseTests(ZedServer server) : IClassFixture<ZedServer>
{
    [Fact]
    [Trait("rule", "ZS1")]
    [Trait("rule", "ZS6")]
    [Trait("rule", "ZS10")]
    public async Task A_prompt_begins_a_thread_and_the_next_goes_on_with_it()
    {
        var agent = await server.CreateAsync("say tool say");
        var first = await OverAsync(agent, 1);
        var zed = server.Zeds.Of(agent);
        Assert.Null(zed.Frames[0].Thread);
        Assert.Equal((first[0].RequestId, "claude"), (zed.Frames[0].Request, (string?)zed.Frames[0].Data["agent_name"]));

        await server.SendAsync(agent, "say");
        var turns = await OverAsync(agent, 2);

        Assert.All(turns, turn => Assert.Equal(TurnState.Done, turn.State));
        Assert.Equal(["chat_message", "chat_message"], zed.Frames.Select(frame => frame.Type));
        Assert.Equal(zed.Runs[0].Thread, zed.Frames[1].Thread);
        Assert.Equal(zed.Runs[0].Thread, (await server.AgentAsync(agent)).Threads[0].ProgramThreadId);
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS14")]
    public async Task A_second_thread_is_served_beside_the_first_also_when_it_is_not_the_one_that_shows()
    {
        var agent = await server.CreateAsync("say");
        await OverAsync(agent, 1);
        var second = await server.AddWorkSessionAsync(agent, "Second");
        await server.SendAsync(agent, "say think", second);
        await OverAsync(agent, 2);
        await server.SendAsync(agent, "say again", (await server.AgentAsync(agent)).WorkSessions[0].Id.Value);
        await OverAsync(agent, 3);

        var zed = server.Zeds.Of(agent);
        Assert.Equal(1, zed.Connections);
        Assert.Equal(2, zed.Runs.Select(run => run.Thread).Distinct().Count());
        Assert.Equal(zed.Runs[0].Thread, zed.Runs[2].Thread);
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS13")]
    public async Task What_is_typed_in_Zed_is_a_turn_and_is_not_sent_back()
    {
        var agent = await server.CreateAsync("say");
        await OverAsync(agent, 1);
        var zed = server.Zeds.Of(agent);

        await Connection(agent).SendAsync(
            new ZedCommand(ZedCommandTypes.SimulateUserInput, new ZedCommandData { Message = "say from Zed", RequestId = "req-sim-1", AcpThreadId = zed.Runs[0].Thread }), CancellationToken.None);
        var turns = await OverAsync(agent, 2);
        zed.Type("say more", zed.Runs[0].Thread);
        turns = await OverAsync(agent, 3);

        Assert.Equal([("say", true), ("say from Zed", false), ("say more", false)], turns.Select(turn => (turn.Text, turn.CreatedBy is not null)));
        Assert.Equal(["chat_message", "simulate_user_input"], zed.Frames.Select(frame => frame.Type));
        var told = ZedConversation.Of(await server.EventsAsync(agent));
        Assert.Equal(ZedConversation.Of(zed.Runs[2], turns[2].RequestId), told.Where(one => one.Key.StartsWith(turns[2].RequestId, StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("rule", "ZS2")]
    public async Task What_Zed_shows_can_be_asked_and_disturbs_nothing()
    {
        var agent = await server.CreateAsync("say");
        await OverAsync(agent, 1);

        await Connection(agent).SendAsync(new ZedCommand(ZedCommandTypes.QueryUiState, new ZedCommandData { QueryId = "q1" }), CancellationToken.None);
        await server.SendAsync(agent, "say");
        await OverAsync(agent, 2);

        Assert.Equal("query_ui_state", server.Zeds.Of(agent).Frames[1].Type);
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS7")]
    [Trait("rule", "ZS8")]
    public async Task A_thread_is_opened_first_after_a_reconnect_and_what_it_tells_again_is_no_news()
    {
        var agent = await server.CreateAsync("say tool");
        await OverAsync(agent, 1);
        var zed = server.Zeds.Of(agent);
        zed.Cut();
        await zed.UntilAsync(one => one.Connections == 2, "the second connection");

        await server.SendAsync(agent, "say");
        await OverAsync(agent, 2);

        Assert.Equal(["open_thread", "chat_message"], zed.Frames.Where(frame => frame.Connection == 2).Select(frame => frame.Type));
        Assert.Equal(zed.Runs[0].Thread, zed.Frames[^1].Thread);
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS11")]
    public async Task An_interrupting_prompt_ends_what_runs_and_both_come_to_their_end_in_order()
    {
        var agent = await server.CreateAsync("say hang");
        await RunningAsync(agent);

        await server.SendAsync(agent, "say", interrupts: true);
        var turns = await OverAsync(agent, 2);

        Assert.Equal([TurnState.Cancelled, TurnState.Done], turns.Select(turn => turn.State));
        var zed = server.Zeds.Of(agent);
        Assert.Equal(["chat_message", "cancel_current_turn", "chat_message"], zed.Frames.Select(frame => frame.Type));
        Assert.True((bool?)zed.Frames[2].Data["interrupt"]);
        Assert.Equal(["cancelled", "done"], zed.Runs.Select(run => run.Ended));
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS11")]
    public async Task Three_turns_that_are_cancelled_in_a_hurry_are_all_cancelled()
    {
        var agent = await server.CreateAsync("say hang");
        for (var number = 1; number <= 3; number++)
        {
            var running = await RunningAsync(agent);
            await server.SendAsync(agent, number == 3 ? "say" : $"say {number} hang");
            await server.CallAsync(HttpMethod.Post, $"/api/agents/{agent}/turns/{running}/cancel");
        }

        var turns = await OverAsync(agent, 4);

        Assert.Equal([TurnState.Cancelled, TurnState.Cancelled, TurnState.Cancelled, TurnState.Done], turns.Select(turn => turn.State));
    }

    [Fact]
    [Trait("rule", "ZS13")]
    public async Task A_thread_that_somebody_begins_in_Zed_is_a_work_session()
    {
        var agent = await server.CreateAsync("say");
        await OverAsync(agent, 1);
        var zed = server.Zeds.Of(agent);

        zed.Say("user_created_thread", new JsonObject { ["acp_thread_id"] = "phantom-1", ["title"] = null });
        zed.Say("user_created_thread", new JsonObject { ["acp_thread_id"] = "phantom-2", ["title"] = null });
        var thread = zed.Type("say here", title: "Look around");
        var turns = await OverAsync(agent, 2);
        var workSession = turns[1].WorkSessionId;
        await server.SendAsync(agent, "say", workSession.Value);
        await OverAsync(agent, 3);

        var now = await server.AgentAsync(agent);
        Assert.Equal(3, now.WorkSessions.Count); // the second phantom had nothing in it
        Assert.Equal(thread, now.ThreadOf(workSession)?.ProgramThreadId);
        Assert.Equal(thread, zed.Frames[^1].Thread);
        Assert.Equal("say here", turns[1].Text);
    }

    [Fact]
    [Trait("rule", "ZS3")]
    public async Task A_prompt_says_which_task_instance_and_work_session_it_belongs_to()
    {
        var agent = await server.CreateAsync("say");
        await OverAsync(agent, 1);

        var now = await server.AgentAsync(agent);
        var data = server.Zeds.Of(agent).Frames[0].Data;
        Assert.Equal(
            [agent, now.Instance?.Id.Value, now.WorkSessions[0].Id.Value, now.Place?.SessionId],
            new[] { "task_id", "instance_id", "work_session_id", "session_id" }.Select(name => (string?)data[name]));
        Assert.False(data.ContainsKey("role"));
    }

    [Fact]
    [Trait("rule", "ZS9")]
    public async Task A_killed_Zed_is_started_again_by_a_retry_and_goes_on_with_the_thread()
    {
        var agent = await server.CreateAsync("say");
        await OverAsync(agent, 1);
        var zed = server.Zeds.Of(agent);
        await server.SendAsync(agent, "say hang-once");
        await RunningAsync(agent);

        await zed.KillAsync();
        var failed = await server.UntilAsync(agent, one => one.Turns.Exists(turn => turn.State == TurnState.Failed), "the turn to fail");
        Assert.Equal(InstanceStatus.Disconnected, failed.Instance?.Status);
        await server.CallAsync(HttpMethod.Post, $"/api/agents/{agent}/turns/{failed.Turns[^1].Id}/retry");
        await OverAsync(agent, 2);

        var connection = zed.Connections;
        Assert.Equal(["open_thread", "chat_message"], zed.Frames.Where(frame => frame.Connection == connection).Select(frame => frame.Type));
        Assert.Equal(zed.Runs[0].Thread, zed.Runs[^1].Thread);
        Assert.EndsWith(".2", zed.Frames[^1].Request, StringComparison.Ordinal);
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS11")]
    public async Task A_cancel_of_what_is_over_changes_nothing_and_a_cancelled_turn_stays_so()
    {
        var agent = await server.CreateAsync("say hang", zed => zed.Behaviour.CompletesTwice = true);
        var running = await RunningAsync(agent);
        await server.CallAsync(HttpMethod.Post, $"/api/agents/{agent}/turns/{running}/cancel");
        await OverAsync(agent, 1);
        await Connection(agent).SendAsync(new ZedCommand(ZedCommandTypes.CancelCurrentTurn, new ZedCommandData { RequestId = $"{running}.1" }), CancellationToken.None);
        await server.SendAsync(agent, "say");

        var turns = await OverAsync(agent, 2);

        Assert.Equal([TurnState.Cancelled, TurnState.Done], turns.Select(turn => turn.State));
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS4")]
    [Trait("rule", "ZS5")]
    public async Task An_answer_comes_in_pieces_and_what_is_told_again_is_told_once()
    {
        var agent = await server.CreateAsync("say say tool odd big think say", zed => (zed.Behaviour.TellsLate, zed.Behaviour.CompletesTwice) = (true, true));
        await OverAsync(agent, 1);
        await server.SendAsync(agent, "say");
        await OverAsync(agent, 2);
        await server.UntilAsync(agent, _ => server.EventsAsync(agent).Result.Count(one => one.What.Payload.Contains("Late.", StringComparison.Ordinal)) == 2, "what is told late");

        var pieces = (await server.EventsAsync(agent)).Count(one => one.What.Kind == "agent-message");
        Assert.InRange(pieces, 8, 24);
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS12")]
    public async Task A_prompt_waits_while_its_thread_is_busy()
    {
        var agent = await server.CreateAsync("say hold say");
        await RunningAsync(agent);
        await server.SendAsync(agent, "say");
        await server.SendAsync(agent, "say more");
        var zed = server.Zeds.Of(agent);
        Assert.Single(zed.Runs);

        zed.Release();
        var turns = await OverAsync(agent, 3);

        Assert.All(turns, turn => Assert.Equal(TurnState.Done, turn.State));
        Assert.Equal(["say hold say", "say", "say more"], zed.Runs.Select(run => run.Message));
    }

    [Fact]
    [Trait("rule", "ZS15")]
    public async Task A_question_of_the_agent_waits_in_the_inbox_and_the_answer_reaches_it()
    {
        var agent = await server.CreateAsync("say ask say");
        var asked = await server.UntilAsync(agent, one => one.Requests.Exists(request => request.State == RequestState.Open), "the question");
        var request = asked.Requests[0];
        Assert.Equal((AgentRequest.Question, asked.Turns[0].Id), (request.What, request.TurnId));

        await server.CallAsync(HttpMethod.Post, $"/api/inbox/{request.Id}/answer", new JsonObject { ["action"] = "accept", ["content"] = new JsonObject { ["colour"] = "Red" } });
        await OverAsync(agent, 1);

        var answer = server.Zeds.Of(agent).Frames.Single(frame => frame.Type == "respond_elicitation");
        Assert.Equal(("accept", "Red"), ((string?)answer.Data["action"], (string?)answer.Data["content"]?["colour"]));
        Assert.Equal(server.Zeds.Of(agent).Runs[0].Thread, answer.Thread);
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS2")]
    public async Task Titles_and_older_names_are_understood()
    {
        var agent = await server.CreateAsync("say title say", zed => (zed.Behaviour.UsesOldNames, zed.Behaviour.UsesOldEnvelope) = (true, true));
        var turns = await OverAsync(agent, 1);

        Assert.Equal(TurnState.Done, turns[0].State);
        Assert.StartsWith("Title", (await server.AgentAsync(agent)).Title, StringComparison.Ordinal);
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS2")]
    public async Task An_answer_by_the_oldest_events_is_an_answer()
    {
        var agent = await server.CreateAsync("mute");
        await server.UntilAsync(agent, one => one.Turns.Exists(turn => turn.IsInFlight) && one.Threads[0].ProgramThreadId is not null, "the prompt");
        var zed = server.Zeds.Of(agent);
        var request = zed.Runs[0].Request;
        zed.Say("chat_response_chunk", new JsonObject { ["request_id"] = request, ["content"] = "One" });
        zed.Say("chat_response_chunk", new JsonObject { ["request_id"] = request, ["content"] = ", two" });
        zed.Say("chat_response_done", new JsonObject { ["request_id"] = request });
        await OverAsync(agent, 1);

        Assert.Equal(["One, two"], ZedConversation.Of(await server.EventsAsync(agent)).Values);
    }

    private ZedConnection Connection(string agent) => server.Services.GetRequiredService<ZedConnections>().Find(server.AgentAsync(agent).Result.Place?.SessionId ?? "")
        ?? throw new InvalidOperationException("It is not connected.");

    private async Task<string> RunningAsync(string agent) =>
        (await server.UntilAsync(agent, one => one.Turns.Exists(IsRunning), "a turn to run")).Turns.Find(turn => IsRunning(turn))?.Id.Value ?? "";

    private static bool IsRunning(Turn turn) => turn is { State: TurnState.Running, CancelRequestedAt: null };

    /// <summary>Waits until so many turns are over and none is left; gives all of them.</summary>
    private async Task<IReadOnlyList<Turn>> OverAsync(string agent, int count)
    {
        IReadOnlyList<Turn> turns = [];
        await server.UntilAsync(
            agent,
            one =>
            {
                turns = server.Services.GetRequiredService<AgentRows>().TurnsAsync(one.Id, CancellationToken.None).Result;
                return turns.Count == count && turns.All(turn => turn.IsOver);
            },
            $"{count} turns to be over");
        return turns;
    }

    /// <summary>Everything that Zed has said stands in the events, once; and it was sent nothing that it cannot take.</summary>
    private async Task AssertToldAsync(string agent)
    {
        var zed = server.Zeds.Of(agent);
        var said = zed.Runs.SelectMany(run => ZedConversation.Of(run)).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(said.OrderBy(one => one.Key, StringComparer.Ordinal), ZedConversation.Of(await server.EventsAsync(agent)));
        Assert.Empty(zed.Problems);
    }
}
