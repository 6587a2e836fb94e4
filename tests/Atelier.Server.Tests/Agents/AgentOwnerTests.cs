using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Atelier.TestKit;
using Npgsql;

namespace Atelier.Server.Tests.Agents;

/// <summary>Owners on real rows and a fake machine.</summary>
public sealed class AgentOwnerTests(TestPostgres postgres)
{
    private static readonly WorkSessionId s_other = new("wks_other");

    [Fact]
    [Trait("rule", "AG2")]
    public async Task A_turn_that_waits_for_its_answer_is_still_waited_for_after_a_restart_and_its_answer_finds_it()
    {
        await using var bench = await WorkingOnAsync("say hang");
        await (await bench.ServerAsync()).UntilAsync(IsRunning, "the turn to run");

        var server = await bench.RestartAsync();
        await server.UntilAsync(agent => agent.Instance?.Status == InstanceStatus.Active && IsRunning(agent), "the turn to be in flight again");
        (await MachineAsync(bench)).Speak(program => program.Say("c1"));
        await server.UntilAsync(agent => agent.Instance?.LogOffset == bench.Instances.Of(agent).End, "what it said to be stored");

        Assert.Equal(2, (await bench.EventsAsync()).Count(one => one is { What: { Kind: "agent-message", TurnId.Value: "turn_first" } }));
    }

    [Fact]
    [Trait("rule", "AG2")]
    public async Task What_a_request_belongs_to_is_known_after_a_restart()
    {
        await using var bench = await WorkingOnAsync("say ask say end");
        await (await bench.ServerAsync()).UntilAsync(IsAsked, "the question");

        var server = await bench.RestartAsync();
        var request = Assert.Single((await server.UntilAsync(IsAsked, "the question to be there again")).Requests);
        Assert.Equal(("turn_first", AgentBench.Main), (request.TurnId?.Value, request.WorkSessionId));
        await AnswerAsync(server, request.Id);

        await server.UntilAsync(IsDone, "the turn to end");
    }

    [Fact]
    public async Task What_was_waited_for_is_forgotten_when_it_is_over_in_memory_and_in_rows()
    {
        await using var bench = await WorkingOnAsync("say ask end");
        var server = await bench.ServerAsync();
        var request = Assert.Single((await server.UntilAsync(IsAsked, "the question")).Requests);
        await AnswerAsync(server, request.Id);
        var agent = await server.UntilAsync(agent => IsDone(agent) && agent.Requests.IsEmpty, "the turn to end");

        await Patience.Until(() => server.AgentAsync().Result.Unsaid.Count == 0, "all commands to be taken");
        Assert.Null(agent.InFlight(AgentBench.Main));
        Assert.Equal(0, await CountAsync(bench, "select count(*)::int from agent_commands"));
        Assert.Equal(0, await CountAsync(bench, "select count(*)::int from turns where state in ('sent', 'running')"));
        Assert.Equal(0, await CountAsync(bench, "select count(*)::int from agent_requests where state = 'open' or not is_answer_sent"));
    }

    [Theory]
    [InlineData("Failed to load thread: entity released")]
    [InlineData("session not found")]
    [Trait("rule", "AG7")]
    public async Task A_conversation_that_cannot_be_loaded_is_carried_over_into_a_new_one(string problem)
    {
        await using var bench = await WorkingOnAsync("say end");
        var server = await bench.ServerAsync();
        var machine = await MachineAsync(bench);
        await server.UntilAsync(IsDone, "the first turn to end");
        await AskAsync(bench, "second", "say crash-once end");
        await server.UntilAsync(agent => agent.LastOver?.State == TurnState.Failed, "the program to crash");
        machine.Program.ForgetsWith = problem;

        await (await server.AgentAsync()).ChangeTurnAsync(new TurnId("turn_second"), (change, last) => TurnQueue.Retry(change, new TurnId("turn_second"), last), CancellationToken.None);
        var agent = await server.UntilAsync(agent => agent.LastOver is { State: TurnState.Done, IdempotencyKey: "second" }, "the retry to end");

        Assert.Equal("c2", agent.ThreadOf(AgentBench.Main)?.ProgramThreadId);
        Assert.Contains("Person: say end\n\nYou: w1\n", machine.Program.Prompts.Last(), StringComparison.Ordinal);
        Assert.EndsWith("say crash-once end", machine.Program.Prompts.Last(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "AG5")]
    public async Task A_turn_of_a_program_that_nobody_can_reach_is_found_stale_and_can_be_tried_again()
    {
        await using var bench = await AgentBench.OnAsync(postgres, new AgentsOptions { StaleAfter = TimeSpan.FromMinutes(5) }, new HurriedTime(times: 1_000));
        var server = await bench.ServerAsync();
        await server.Owners.AddAsync(bench.NewAgent("say hang-once end"), CancellationToken.None);
        await server.UntilAsync(IsRunning, "the turn to run");

        server.Link.Break(comesBack: false);
        var agent = await server.UntilAsync(agent => agent.LastOver is not null, "the turn to be stale");
        Assert.Contains("cannot be reached", agent.LastOver?.Problem, StringComparison.Ordinal);
        server.Link.Break();
        await (await server.AgentAsync()).ChangeTurnAsync(new TurnId("turn_first"), (change, last) => TurnQueue.Retry(change, new TurnId("turn_first"), last), CancellationToken.None);

        await server.UntilAsync(IsDone, "the retry to end");
        Assert.Equal(["turn_first.1", "turn_first.2"], (await MachineAsync(bench)).Program.Told.Select(one => one.Command).OfType<AgentCommand.Prompt>().Select(prompt => prompt.Context["requestId"]));
    }

    [Fact]
    [Trait("rule", "AG3")]
    public async Task Work_sessions_that_are_added_at_the_same_time_share_one_instance()
    {
        await using var bench = await AgentBench.OnAsync(postgres);
        var server = await bench.ServerAsync();
        var owner = await server.Owners.AddAsync(bench.NewAgent("end"), CancellationToken.None);

        await Task.WhenAll(Enumerable.Range(1, 8).Select(number =>
            owner.ChangeAsync(change => bench.AddWorkSession(change, new WorkSessionId($"wks_{number}")), WorkSessionReply.NotFound, CancellationToken.None)));

        Assert.Equal(1, await CountAsync(bench, "select count(*)::int from zed_instance_mappings"));
        Assert.Equal(9, await CountAsync(bench, "select count(distinct work_session_id)::int from zed_thread_mappings"));
    }

    [Fact]
    [Trait("rule", "AG3")]
    public async Task Two_owners_that_add_the_first_instance_of_an_agent_end_with_one()
    {
        await using var bench = await AgentBench.OnAsync(postgres);
        var server = await bench.ServerAsync();
        var empty = new AgentChange(bench.NewAgent("end").Agent with { WorkSessions = [], Threads = [], Turns = [], Instance = null, Status = AgentStatus.Completed }, DateTimeOffset.UnixEpoch);
        await server.Owners.AddAsync(empty, CancellationToken.None);
        var store = new AgentStore(bench.Oracle, new AgentRows(bench.Oracle), [], TimeProvider.System);
        var rows = await bench.RowsAsync();
        var changes = Enumerable.Range(1, 2).Select(number =>
        {
            var change = new AgentChange(rows.Agent with { Status = AgentStatus.Active }, DateTimeOffset.UnixEpoch);
            bench.AddWorkSession(change, new WorkSessionId($"wks_{number}"));
            return change;
        }).ToList();

        var outcomes = await Task.WhenAll(changes.Select(async change => await Record.ExceptionAsync(() => store.SaveAsync(change, rows, [], CancellationToken.None))));

        Assert.IsType<AgentChangedElsewhereException>(Assert.Single(outcomes.OfType<Exception>()));
        Assert.Equal(1, await CountAsync(bench, "select count(*)::int from zed_instance_mappings"));
        await using var second = bench.Oracle.CreateCommand(
            "insert into zed_instance_mappings (id, task_id, worker_id) select 'another', task_id, 'another' from zed_instance_mappings");
        Assert.Equal(PostgresErrorCodes.UniqueViolation, (await Assert.ThrowsAsync<PostgresException>(() => second.ExecuteNonQueryAsync(TestContext.Current.CancellationToken))).SqlState);
    }

    [Fact]
    public async Task Threads_of_one_instance_work_side_by_side_and_one_is_added_while_another_works()
    {
        await using var bench = await WorkingOnAsync("say hang");
        var server = await bench.ServerAsync();
        await server.UntilAsync(IsRunning, "the first turn to run");

        var owner = await server.AgentAsync();
        await owner.ChangeAsync(change => bench.AddWorkSession(change, s_other), WorkSessionReply.NotFound, CancellationToken.None);
        await owner.AskAsync(bench.NewTurn("debug", "say end", s_other), interrupts: false, CancellationToken.None);
        var agent = await server.UntilAsync(agent => agent.LastOver is { State: TurnState.Done, IdempotencyKey: "debug" }, "the second work session's turn to end");

        Assert.True(IsRunning(agent));
        Assert.Equal(["c1", "c2"], agent.Threads.Select(thread => thread.ProgramThreadId));
        Assert.Equal((1, 1), ((await MachineAsync(bench)).Epoch, agent.Instance?.Epoch));
    }

    [Fact]
    [Trait("rule", "AG2")]
    public async Task An_owner_that_was_dropped_stores_nothing_and_says_so()
    {
        await using var bench = await WorkingOnAsync("say hang");
        var server = await bench.ServerAsync();
        var agent = await server.UntilAsync(IsRunning, "the turn to run");
        var owner = await server.AgentAsync();
        await owner.DisposeAsync();

        var batch = new AgentBatch(agent.Instance!.WorkerId, agent.Instance.LogOffset, agent.Instance.LogOffset + 10, 1, [SampleAgent.Chunk()]); // it has one, for it runs

        await Assert.ThrowsAsync<ObjectDisposedException>(() => owner.TakeBatchAsync(batch, CancellationToken.None));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => owner.AskAsync(bench.NewTurn("late", "end"), interrupts: false, CancellationToken.None));
    }

    [Fact]
    [Trait("rule", "AG1")]
    public async Task A_message_whose_commit_nobody_heard_of_is_sent_all_the_same_and_followers_are_told()
    {
        await using var bench = await WorkingOnAsync("say end");
        var server = await bench.ServerAsync();
        await server.UntilAsync(IsDone, "the first turn to end");
        await Patience.Until(() => server.AgentAsync().Result.Unsaid.Count == 0, "all commands to be taken");
        using var following = server.Feed.Follow(AgentBench.AgentId);
        var isCut = 0;
        bench.AtStep = (life, _, what) =>
        {
            if (what == "after commit" && Interlocked.Exchange(ref isCut, 1) == 0)
            {
                life.Postgres.Cut();
            }

            return Task.CompletedTask;
        };

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => AskAsync(bench, "second", "say end"));

        await server.UntilAsync(agent => agent.LastOver is { State: TurnState.Done, IdempotencyKey: "second" }, "the turn to be sent although nobody asked again");
        Assert.Null(await Patience.For(following.Events.ReadAsync(TestContext.Current.CancellationToken).AsTask(), "a hint to look at the rows"));
    }

    [Fact]
    [Trait("rule", "AG8")]
    public async Task What_cannot_be_stored_of_what_a_program_says_does_not_keep_back_what_can()
    {
        await using var bench = await WorkingOnAsync("say hang");
        var server = await bench.ServerAsync();
        await server.UntilAsync(IsRunning, "the turn to run");
        var machine = await MachineAsync(bench);
        server.Link.MostNotices = 100;
        machine.Speak(program =>
        {
            program.Say("c1");
            machine.Say(new AgentNotice.Said("c1", "agent-message", JsonElement.Parse("""{"text":"nul \u0000, half \ud800"}""")));
            machine.Say(new AgentNotice.Said("c1", "title", JsonElement.Parse("""{"title":"nul \u0000, half \ud800"}""")));
            machine.Say(new AgentNotice.Said("c1", "a\0kind", JsonElement.Parse("{}")), isNews: false);
            machine.Say(new AgentNotice.Asked($"\"{new string('x', 20_000)}{Guid.NewGuid()}\"", "c1", "nul\0", JsonElement.Parse("[]")));
            machine.Say(new AgentNotice.Asked("\"q\"", "c1", "permission", JsonElement.Parse("7")));
            machine.Say(new AgentNotice.Failed(99, 1, "nul \0", null));
            program.Say("c1");
            machine.Say(new AgentNotice.TurnEnded(3, "nul \0", null));
        });

        var agent = await server.UntilAsync(IsOver, "the turn to end");

        Assert.Equal("nul \uFFFD", agent.LastOver?.StopReason);
        Assert.Equal(4, (await bench.EventsAsync()).Count(one => one.What.Kind == "agent-message"));
        Assert.Empty(bench.Instances.Faults);
    }

    [Fact]
    [Trait("rule", "AG8")]
    public async Task One_notice_that_the_database_refuses_is_replaced_and_all_others_are_kept()
    {
        await using var bench = await WorkingOnAsync("say hang");
        var server = await bench.ServerAsync();
        await server.UntilAsync(IsRunning, "the turn to run");
        var machine = await MachineAsync(bench);
        await bench.Oracle.CommandFor("alter table agent_events add constraint picky check (payload::text not like '%poison%')").RunAsync(TestContext.Current.CancellationToken);
        server.Link.MostNotices = 100;
        machine.Speak(program =>
        {
            program.Say("c1");
            machine.Say(new AgentNotice.Said("c1", "agent-message", JsonElement.Parse("""{"text":"poison"}""")), isNews: false);
            program.Say("c1");
            machine.Say(new AgentNotice.TurnEnded(3, "end_turn", null));
        });

        await server.UntilAsync(IsDone, "the turn to end");

        Assert.Equal(machine.News, (await bench.EventsAsync()).Where(one => one.What.Kind == "agent-message").Select(one => one.What.Payload));
        Assert.Single(await bench.EventsAsync(), one => one.What.Kind == EventKinds.Noise);
    }

    [Fact]
    public async Task A_program_that_counts_its_conversations_anew_gets_the_right_history_for_each()
    {
        await using var bench = await AgentBench.OnAsync(postgres);
        bench.Instances.Programs = program => (program.Resumes, program.CountsAnew) = (false, true);
        var server = await bench.ServerAsync();
        await server.Owners.AddAsync(bench.NewAgent("say end"), CancellationToken.None);
        await server.UntilAsync(IsDone, "the first turn to end");
        var owner = await server.AgentAsync();
        await owner.ChangeAsync(change => bench.AddWorkSession(change, s_other), WorkSessionReply.NotFound, CancellationToken.None);
        await owner.AskAsync(bench.NewTurn("other", "tool say end", s_other), interrupts: false, CancellationToken.None);
        await server.UntilAsync(agent => agent.LastOver is { IdempotencyKey: "other" }, "the other turn to end");
        bench.Instances.KillPrograms();
        await server.UntilAsync(agent => agent.Instance is { HasProcess: false }, "the process to be gone");

        await owner.AskAsync(bench.NewTurn("again", "tool tool end", s_other), interrupts: false, CancellationToken.None);
        var agent = await server.UntilAsync(agent => agent.LastOver is { IdempotencyKey: "again" }, "the turn to end");

        Assert.Equal((TurnState.Done, null, "c1"), (agent.LastOver?.State, agent.ThreadOf(AgentBench.Main)?.ProgramThreadId, agent.ThreadOf(s_other)?.ProgramThreadId));
        Assert.Contains("Person: tool say end\n\nYou: w3\n", (await MachineAsync(bench)).Program.Prompts.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_is_ended_while_its_process_is_being_started_leaves_none()
    {
        await using var bench = await AgentBench.OnAsync(postgres);
        var server = await bench.ServerAsync();
        bench.AtStep = async (life, _, what) =>
        {
            if (what == "after start")
            {
                await (await life.AgentAsync()).ChangeAsync(
                    change =>
                    {
                        WorkSessionRules.EndAll(change, AgentStatus.Cancelled);
                        return true;
                    },
                    otherwise: false,
                    CancellationToken.None);
                life.Link.Break();
            }
        };
        await server.Owners.AddAsync(bench.NewAgent("end"), CancellationToken.None);

        var agent = await server.UntilAsync(agent => agent is { Status: AgentStatus.Cancelled, Instance.HasProcess: false }, "the process to be gone");

        Assert.Equal((InstanceStatus.Completed, false), (agent.Instance?.Status, bench.Instances.Of(agent).IsRunning));
    }

    [Fact]
    public async Task A_program_that_takes_nothing_can_be_ended_and_another_one_begins()
    {
        await using var bench = await WorkingOnAsync("say end");
        var server = await bench.ServerAsync();
        await server.UntilAsync(IsDone, "the first turn to end");
        var machine = await MachineAsync(bench);
        machine.IsDeaf = true;
        await AskAsync(bench, "second", "say end");
        await server.UntilAsync(agent => agent.Turns.Exists(turn => turn.IsInFlight), "the turn to be sent");

        machine.IsDeaf = false;
        bench.Instances.KillPrograms();
        await server.UntilAsync(agent => agent.LastOver is { State: TurnState.Failed }, "the turn to fail");
        await (await server.AgentAsync()).ChangeTurnAsync(new TurnId("turn_second"), (change, last) => TurnQueue.Retry(change, new TurnId("turn_second"), last), CancellationToken.None);

        await server.UntilAsync(agent => agent.LastOver is { State: TurnState.Done, IdempotencyKey: "second" }, "the retry to end");
    }

    [Fact]
    public async Task An_agent_that_nobody_asks_anything_is_not_kept_in_memory_and_goes_on_when_somebody_does()
    {
        var minute = TimeSpan.FromMinutes(1);
        await using var bench = await AgentBench.OnAsync(
            postgres, new AgentsOptions { StaleAfter = TimeSpan.FromDays(7), IdleAfter = minute, ForgetAfter = minute }, new HurriedTime(times: 1_000));
        var server = await bench.ServerAsync();
        await server.Owners.AddAsync(bench.NewAgent("say end"), CancellationToken.None);
        await server.UntilAsync(IsDone, "the first turn to end");
        var held = await server.AgentAsync();

        await Patience.Until(() => server.Owners.Count == 0, "it to be let go");

        await Assert.ThrowsAsync<ObjectDisposedException>(() => held.SettleAsync(CancellationToken.None));
        await AskAsync(bench, "second", "say end");
        await server.UntilAsync(agent => agent.LastOver is { State: TurnState.Done, IdempotencyKey: "second" }, "the second turn to end");
    }

    private static bool IsRunning(Agent agent) => agent.Turns.Exists(turn => turn.State == TurnState.Running);

    private static bool IsOver(Agent agent) => agent.LastOver is not null;

    private static bool IsDone(Agent agent) => agent.LastOver?.State == TurnState.Done;

    private static bool IsAsked(Agent agent) => agent.Instance?.Status == InstanceStatus.Active && agent.Requests.Exists(request => request.State == RequestState.Open);

    private static Task<bool> AnswerAsync(AgentBench.Life server, RequestId id) => AgentPerson.AnswerAsync(server, id);

    private static async Task AskAsync(AgentBench bench, string key, string prompt) =>
        await (await (await bench.ServerAsync()).AgentAsync()).AskAsync(bench.NewTurn(key, prompt), interrupts: false, CancellationToken.None);

    private static Task<int> CountAsync(AgentBench bench, string sql) => bench.Oracle.CommandFor(sql).OneAsync(row => row.GetInt32(0), CancellationToken.None);

    private static async Task<FakeInstances.Machine> MachineAsync(AgentBench bench) => bench.Instances.Of((await bench.RowsAsync()).Agent);

    private async Task<AgentBench> WorkingOnAsync(string prompt)
    {
        var bench = await AgentBench.OnAsync(postgres);
        await (await bench.ServerAsync()).Owners.AddAsync(bench.NewAgent(prompt), CancellationToken.None);
        return bench;
    }
}
