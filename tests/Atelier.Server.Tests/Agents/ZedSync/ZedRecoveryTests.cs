using System.Net;
using System.Text.Json.Nodes;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Infrastructure.Database;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Agents.ZedSync;

/// <summary>What was going on when a connection or the server ended goes on, or is said to be over; on the whole server, with short times.</summary>
public sealed class ZedRecoveryTests(ZedRecoveryTests.ShortServer server) : IClassFixture<ZedRecoveryTests.ShortServer>
{
    [Fact]
    [Trait("rule", "ZS9")]
    public async Task A_waiting_interaction_is_restored_on_reconnect()
    {
        var agent = await server.CreateAsync("say hold say");
        await HeldAsync(agent);

        await server.RestartAsync(TestContext.Current.CancellationToken);
        await ActiveAsync(agent);
        server.Zeds.Of(agent).Release();
        await DoneAsync(agent, 1);

        Assert.Single(server.Zeds.Of(agent).Frames, frame => frame.Type == "chat_message");
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS9")]
    public async Task The_mapping_of_requests_to_sessions_is_restored()
    {
        var agent = await server.CreateAsync("say hold say");
        await HeldAsync(agent);
        var second = await server.AddWorkSessionAsync(agent, "Second");
        await server.SendAsync(agent, "think hold tool", second);
        await server.UntilAsync(agent, one => one.Turns.Count(turn => turn.State == TurnState.Running) == 2, "two turns to run");

        await server.RestartAsync(TestContext.Current.CancellationToken);
        await ActiveAsync(agent);
        server.Zeds.Of(agent).Release();
        await DoneAsync(agent, 2);

        var workSessions = (await server.EventsAsync(agent)).Where(one => one.What.Kind == "tool-call").Select(one => one.What.WorkSessionId?.Value).Distinct();
        Assert.Equal([second], workSessions);
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS5")]
    public async Task The_mapping_is_cleared_on_completion_in_memory_and_in_rows()
    {
        var agent = await server.CreateAsync("say", zed => zed.Behaviour.CompletesTwice = true);
        await DoneAsync(agent, 1);

        var now = await server.AgentAsync(agent);
        var database = server.Services.GetRequiredService<NpgsqlDataSource>();
        Assert.Null(now.InFlight(now.WorkSessions[0].Id));
        Assert.Equal(0, await database.CommandFor("select count(*)::int from agent_commands where instance_id = $1", now.Instance?.Id).OneAsync(row => row.GetInt32(0), CancellationToken.None));
        Assert.Equal(0, await database.CommandFor("select count(*)::int from turns where agent_id = $1 and state in ('sent', 'running')", agent).OneAsync(row => row.GetInt32(0), CancellationToken.None));
    }

    [Fact]
    [Trait("rule", "ZS17")]
    public async Task A_turn_without_an_event_that_was_disconnected_throughout_is_stale_and_who_waits_for_it_is_told()
    {
        var agent = await server.CreateAsync("say", one => (one.Behaviour.TellsActiveTurns, one.Behaviour.RetellsHistory) = (false, false));
        await DoneAsync(agent, 1);
        var zed = server.Zeds.Of(agent);
        var waiting = StreamAsync(agent, "say hold say");
        await HeldAsync(agent);

        (zed.Behaviour.StaysAway, zed.Behaviour.LosesEventInFlight) = (true, true);
        zed.Cut();
        var stale = await server.UntilAsync(agent, one => one.Turns.Exists(turn => turn.State == TurnState.Failed), "the turn to be stale");
        zed.Behaviour.StaysAway = false;
        await ActiveAsync(agent);

        Assert.Contains("cannot be reached", stale.Turns[^1].Problem, StringComparison.Ordinal);
        Assert.Equal(TurnState.Failed, (await server.AgentAsync(agent)).Turns[^1].State);
        Assert.Contains("\"state\":\"failed\"", await waiting, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "ZS9")]
    [Trait("rule", "ZS17")]
    public async Task An_active_turn_that_the_instance_reports_is_attached_whatever_its_age()
    {
        var agent = await server.CreateAsync("say hold say");
        await HeldAsync(agent);
        var zed = server.Zeds.Of(agent);
        zed.Behaviour.StaysAway = true;
        zed.Cut();
        await server.UntilAsync(agent, one => one.Turns.Exists(turn => turn.State == TurnState.Failed), "the turn to be stale");

        zed.Behaviour.StaysAway = false;
        await server.UntilAsync(agent, one => one.Turns.Exists(turn => turn.State == TurnState.Running), "the turn to run on");
        zed.Release();
        await DoneAsync(agent, 1);

        Assert.Single(zed.Frames, frame => frame.Type == "chat_message");
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS10")]
    public async Task A_caller_who_streams_gets_an_error_at_once()
    {
        var agent = await server.CreateAsync("say");
        await DoneAsync(agent, 1);

        var events = await StreamAsync(agent, "say error");

        Assert.Contains("\"state\":\"failed\"", events, StringComparison.Ordinal);
        Assert.Contains("exited mid-turn", events, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("entity released")]
    [InlineData("session not found")]
    [InlineData("no rollout found for thread id 1")]
    [Trait("rule", "ZS16")]
    public async Task A_thread_that_cannot_be_loaded_is_gone_on_with_in_a_new_one_that_knows_what_was_said(string problem)
    {
        var agent = await server.CreateAsync("say");
        await DoneAsync(agent, 1);
        var zed = server.Zeds.Of(agent);
        await zed.KillAsync(0);
        await server.UntilAsync(agent, one => one.Instance is { HasProcess: false }, "the end of the process");
        zed.Behaviour.LoadFailsWith = problem;

        await server.SendAsync(agent, "say more");
        await DoneAsync(agent, 2);

        var runs = zed.Runs;
        Assert.NotEqual(runs[0].Thread, runs[1].Thread);
        Assert.Contains(runs[0].Entries[0].Content, runs[1].Message, StringComparison.Ordinal);
        Assert.EndsWith("say more", runs[1].Message, StringComparison.Ordinal);
        Assert.Equal(runs[1].Thread, (await server.AgentAsync(agent)).Threads[0].ProgramThreadId);
        await AssertToldAsync(agent);
    }

    [Fact]
    [Trait("rule", "ZS16")]
    public async Task A_prompt_whose_thread_is_gone_when_it_comes_is_asked_once_more_in_a_new_one()
    {
        var agent = await server.CreateAsync("say");
        await DoneAsync(agent, 1);
        var zed = server.Zeds.Of(agent);
        zed.Unload();
        zed.Behaviour.LoadFailsWith = "entity released";

        await server.SendAsync(agent, "say more");
        await DoneAsync(agent, 2);

        Assert.Equal(["1", "1", "2"], zed.Frames.Where(frame => frame.Type == "chat_message").Select(frame => frame.Request.Split('.')[1]));
        Assert.Contains(zed.Runs[0].Entries[0].Content, zed.Runs[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "ZS9")]
    public async Task A_request_that_Zed_does_not_report_is_sent_again_under_its_id()
    {
        var agent = await server.CreateAsync("say hang-once");
        await RunningAsync(agent);
        var zed = server.Zeds.Of(agent);
        zed.Forget();
        zed.Cut();
        await DoneAsync(agent, 1);

        Assert.Equal(2, zed.Frames.Count(frame => frame.Type == "chat_message"));
        Assert.Single(zed.Runs.Select(run => run.Request).Distinct());
    }

    [Fact]
    [Trait("rule", "ZS18")]
    public async Task A_request_that_a_Zed_without_reports_may_have_is_sent_again_when_it_stays_silent()
    {
        var agent = await server.CreateAsync("say hang-once", one => one.Behaviour.TellsActiveTurns = false);
        await RunningAsync(agent);
        var zed = server.Zeds.Of(agent);
        zed.Forget();
        zed.Cut();
        await zed.UntilAsync(one => one.Connections == 2, "the second connection");
        await DoneAsync(agent, 1);

        Assert.Equal(["open_thread", "chat_message"], zed.Frames.Where(frame => frame.Connection == 2).Select(frame => frame.Type));
        Assert.Single(zed.Runs.Select(run => run.Request).Distinct());
    }

    [Fact]
    [Trait("rule", "ZS18")]
    public async Task A_prompt_that_gets_no_answer_at_all_is_sent_once_more()
    {
        var agent = await server.CreateAsync("mute-once say", one => one.Behaviour.TellsActiveTurns = false);

        await DoneAsync(agent, 1);

        Assert.Equal(2, server.Zeds.Of(agent).Frames.Count(frame => frame.Type == "chat_message"));
    }

    [Fact]
    [Trait("rule", "ZS11")]
    public async Task A_cancel_while_disconnected_is_told_on_reconnect_before_any_prompt()
    {
        var agent = await server.CreateAsync("say hang");
        var running = await RunningAsync(agent);
        var zed = server.Zeds.Of(agent);
        zed.Behaviour.StaysAway = true;
        zed.Cut();
        await server.UntilAsync(agent, one => one.Instance?.Status == InstanceStatus.Disconnected, "the connection to be missed");

        await server.CallAsync(HttpMethod.Post, $"/api/agents/{agent}/turns/{running}/cancel");
        await server.SendAsync(agent, "say");
        zed.Behaviour.StaysAway = false;
        await server.UntilAsync(agent, one => one.Turns.Exists(turn => turn.State == TurnState.Done), "the second turn to be done");

        Assert.Equal(["open_thread", "cancel_current_turn", "chat_message"], zed.Frames.Where(frame => frame.Connection == 2).Select(frame => frame.Type));
    }

    [Fact]
    [Trait("rule", "ZS15")]
    public async Task An_answer_that_was_lost_is_given_again_when_Zed_still_asks()
    {
        var agent = await server.CreateAsync("say ask say");
        var request = (await server.UntilAsync(agent, one => one.Requests.Exists(request => request.State == RequestState.Open), "the question")).Requests[0];
        var zed = server.Zeds.Of(agent);
        zed.LosesAnswers = true;
        await server.CallAsync(HttpMethod.Post, $"/api/inbox/{request.Id}/answer", new JsonObject { ["action"] = "decline" });
        await zed.UntilAsync(one => one.Frames.Any(frame => frame.Type == "respond_elicitation"), "the answer");

        zed.LosesAnswers = false;
        zed.Resync();
        await DoneAsync(agent, 1);

        Assert.Equal(2, zed.Frames.Count(frame => frame.Type == "respond_elicitation"));
    }

    [Fact]
    [Trait("rule", "ZS6")]
    public async Task A_Zed_that_never_says_that_it_is_ready_gets_its_prompt_after_a_while()
    {
        var agent = await server.CreateAsync("say", zed => zed.Behaviour.IsNeverReady = true);

        await DoneAsync(agent, 1);
    }

    [Fact]
    [Trait("rule", "ZS19")]
    public async Task A_Zed_that_does_not_answer_pings_is_given_up()
    {
        var agent = await server.CreateAsync("say", zed => zed.Behaviour.NeverReads = true);

        await server.UntilAsync(agent, one => one.Instance is { ReachedAt: not null, DisconnectedAt: not null }, "the connection to be given up");
    }

    [Fact]
    [Trait("rule", "ZS20")]
    public async Task A_Zed_that_never_connects_is_ended_and_its_turn_fails_with_the_reason()
    {
        var agent = await server.CreateAsync("say", zed => zed.Behaviour.RefusesToConnect = true);

        var failed = await server.UntilAsync(agent, one => one.Turns[0].State == TurnState.Failed && one.Instance is { HasProcess: false }, "the turn to fail");

        Assert.Contains("has not connected", failed.Turns[0].Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("rule", "ZS10")]
    public async Task A_Zed_that_dies_in_a_turn_fails_it_whether_it_says_so_or_not(bool saysSo)
    {
        var agent = await server.CreateAsync("say die-once say", zed => zed.Behaviour.SaysThatItDies = saysSo);
        var failed = await server.UntilAsync(agent, one => one.Turns[0].State == TurnState.Failed && one.Instance is { HasProcess: false }, "the turn to fail");

        await server.CallAsync(HttpMethod.Post, $"/api/agents/{agent}/turns/{failed.Turns[0].Id}/retry");
        await DoneAsync(agent, 1);

        // What it said before it died may have died with it.
        var runs = server.Zeds.Of(agent).Runs;
        Assert.Equal(2, runs.Count);
        Assert.Equal(ZedConversation.Of(runs[1]), ZedConversation.Of(await server.EventsAsync(agent)).Where(one => one.Key.StartsWith(runs[1].Request, StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("rule", "ZS10")]
    public async Task An_answer_without_a_word_is_none()
    {
        var agent = await server.CreateAsync("empty");

        var failed = await server.UntilAsync(agent, one => one.Turns[0].IsOver, "the turn to end");

        Assert.Equal((TurnState.Failed, "Zed ended it without an answer."), (failed.Turns[0].State, failed.Turns[0].Problem));
    }

    [Fact]
    [Trait("rule", "ZS4")]
    public async Task Numbers_that_are_used_again_after_a_restart_are_other_entries()
    {
        var agent = await server.CreateAsync("say tool");
        await DoneAsync(agent, 1);
        var zed = server.Zeds.Of(agent);
        await zed.KillAsync(0);
        await server.UntilAsync(agent, one => one.Instance is { HasProcess: false }, "the end of the process");
        zed.Behaviour.ReusesIds = true;

        await server.SendAsync(agent, "say tool");
        await DoneAsync(agent, 2);

        Assert.Equal(zed.Runs[0].Entries.Select(entry => entry.Id), zed.Runs[1].Entries.Select(entry => entry.Id));
        await AssertToldAsync(agent);
    }

    private async Task HeldAsync(string agent)
    {
        await RunningAsync(agent);
        await server.Zeds.Of(agent).UntilAsync(zed => zed.Runs is [.., { IsHeld: true }], "the turn to be held");
    }

    private async Task<string> RunningAsync(string agent) =>
        (await server.UntilAsync(agent, one => one.Turns.Exists(turn => turn.State == TurnState.Running), "a turn to run")).Turns.Find(turn => turn.State == TurnState.Running)?.Id.Value ?? "";

    private Task<Agent> ActiveAsync(string agent) => server.UntilAsync(agent, one => one.Instance is { Status: InstanceStatus.Active, DisconnectedAt: null }, "Zed to be back");

    private Task<Agent> DoneAsync(string agent, int count) => server.UntilAsync(
        agent,
        one => server.Services.GetRequiredService<AgentRows>().TurnsAsync(one.Id, CancellationToken.None).Result is var turns && turns.Count == count && turns.All(turn => turn.State == TurnState.Done),
        $"{count} turns to be done");

    private async Task AssertToldAsync(string agent)
    {
        var zed = server.Zeds.Of(agent);
        var said = zed.Runs.SelectMany(run => ZedConversation.Of(run)).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(said.OrderBy(one => one.Key, StringComparer.Ordinal), ZedConversation.Of(await server.EventsAsync(agent)));
        Assert.Empty(zed.Problems);
    }

    /// <summary>Asks and waits for the end, as a program over HTTP does.</summary>
    private async Task<string> StreamAsync(string agent, string text)
    {
        using var http = server.Client(server.Token);
        http.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await http.SendJsonAsync(
            HttpMethod.Post, $"/api/agents/{agent}/messages?wait=true", new JsonObject { ["text"] = text }.ToJsonString(), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await Patience.For(answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "the end of the stream");
    }

    /// <summary>The same server with times that a test can wait for.</summary>
    public sealed class ShortServer(TestPostgres postgres) : ZedServer(postgres)
    {
        protected override IEnumerable<string> Arguments =>
        [
            "--Agents:StaleAfter=00:00:01.5",
            "--ZedSync:ReadyWithin=00:00:00.3",
            "--ZedSync:RedeliverAfter=00:00:00.6",
            "--ZedSync:PingEvery=00:00:00.2",
            "--ZedSync:PongWithin=00:00:00.5",
            "--ZedSync:ConnectWithin=00:00:01",
        ];
    }
}
