using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Conversations;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Sessions.Workers;
using Npgsql;

namespace Atelier.Server.Tests.Agents.Logins;

/// <summary>A login, a list of conversations and a conversation that is let go of, while something is killed at one step after the other.</summary>
public sealed class LoginKillTests(TestPostgres postgres)
{
    private static readonly WorkSessionId s_other = new("wks_other");

    [Theory]
    [InlineData("server", 9)]
    [InlineData("link", 9)]
    [InlineData("database", 9)]
    [InlineData("program", 5)]
    [Trait("rule", "AG1")]
    [Trait("rule", "AL22")]
    [Trait("rule", "AL24")]
    [Trait("rule", "AL25")]
    public async Task What_is_said_for_a_person_is_said_once_whatever_is_killed(string killed, int every) => await AtEveryAsync(killed, every);

    [Theory]
    [InlineData("server")]
    [InlineData("link")]
    [InlineData("database")]
    [InlineData("program")]
    [Trait("kind", "soak")]
    public async Task What_is_said_for_a_person_is_said_once_at_whichever_step_something_is_killed(string killed) => await AtEveryAsync(killed, every: 1);

    private async Task AtEveryAsync(string killed, int every)
    {
        var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var isOver = false;
        for (var at = 1 + (Environment.ProcessId % every); !isOver; at += every)
        {
            var steps = 0;
            var isDone = false;
            await using var bench = await AgentBench.OnAsync(database);
            bench.Instances.Programs = program => (program.LoginMethods, program.ManagesConversations) = ("""[{"id":"oauth","name":"Browser"}]""", true);
            bench.AtStep = (life, _, _) =>
            {
                if (Interlocked.Increment(ref steps) == at)
                {
                    isDone = true;
                    Kill(bench, life, killed);
                }

                return Task.CompletedTask;
            };
            try
            {
                await WorkAsync(bench);
                Compare(bench, (await bench.RowsAsync()).Agent);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                throw new InvalidOperationException($"{killed} killed at step {at}", failed);
            }

            isOver = !isDone;
        }
    }

    private static void Kill(AgentBench bench, AgentBench.Life life, string what)
    {
        switch (what)
        {
            case "server":
                life.Kill();
                break;
            case "link":
                life.Link.Break();
                break;
            case "database":
                life.Postgres.Cut();
                break;
            default:
                bench.Instances.KillPrograms();
                break;
        }
    }

    private static void Compare(AgentBench bench, Agent agent)
    {
        var program = bench.Instances.Of(agent).Program;
        Assert.Empty(bench.Instances.Faults);
        Assert.True(program.IsLoggedIn);
        Assert.All(program.Told.Where(one => one.Command is AgentCommand.Authenticate).CountBy(one => one.Epoch), epoch => Assert.Equal(1, epoch.Value));
        Assert.All(program.Told.Where(one => one.Command is AgentCommand.CloseThread).CountBy(one => one.Epoch), epoch => Assert.Equal(1, epoch.Value));
        var prompts = program.Told.Select(one => one.Command).OfType<AgentCommand.Prompt>().Select(prompt => prompt.Context["requestId"]).ToList();
        Assert.Equal(prompts.Distinct(), prompts);
        Assert.Equal(["c1", "c2"], agent.Instance?.Conversations.Known.Select(one => one.Thread));
        Assert.Null(agent.Instance?.Login);
        Assert.DoesNotContain(agent.Requests, request => request.State == RequestState.Open);
    }

    /// <summary>Does what is to be done next until nothing is; who gets no answer asks again.</summary>
    private static async Task WorkAsync(AgentBench bench)
    {
        using var limit = new CancellationTokenSource(TestKit.Patience.Limit);
        while (true)
        {
            var server = await bench.ServerAsync();
            try
            {
                if (await LookAsync(bench, server))
                {
                    return;
                }
            }
            catch (Exception away) when (away is NpgsqlException or ObjectDisposedException or AgentChangedElsewhereException or TimeoutException)
            {
                // Nobody answered: it is asked again.
            }

            Assert.False(limit.IsCancellationRequested, $"It is not done: {System.Text.Json.JsonSerializer.Serialize((await bench.RowsAsync()).Agent)}");
            await Task.WhenAny(server.Died, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None));
        }
    }

    private static async Task<bool> LookAsync(AgentBench bench, AgentBench.Life server)
    {
        if (await server.Owners.FindAsync(AgentBench.AgentId).WaitAsync(TestKit.Patience.Limit) is not { } owner)
        {
            await server.Owners.AddAsync(bench.NewAgent("say end"), CancellationToken.None);
            return false;
        }

        foreach (var turn in owner.Current.Turns.Where(turn => turn.State is TurnState.Failed or TurnState.Cancelled).ToList())
        {
            await owner.ChangeTurnAsync(turn.Id, (change, last) => TurnQueue.Retry(change, turn.Id, last), CancellationToken.None);
        }

        await owner.ChangeAsync(change => Decide(bench, change), otherwise: false, CancellationToken.None);
        return owner.Current is { Instance: { Conversations: { Tries: > 0, IsWanted: false, Problem: null } } } done && owner.Unsaid.Count == 0
            && done.Find(s_other) is { IsOver: true } && ConversationRules.ToClose(done) is null && done.Instance.LogOffset == bench.Instances.Of(done).End;
    }

    private static bool Decide(AgentBench bench, AgentChange change)
    {
        if (change.Agent.Requests.Exists(request => request is { What: AgentRequest.Login, State: RequestState.Open }))
        {
            LoginRules.Begin(change, "oauth", new UserId("usr_bench"), new WorkerId("wrk_login"));
        }

        if (IsDone(change.Agent, AgentBench.Main) && change.Agent.Find(s_other) is null)
        {
            bench.AddWorkSession(change, s_other);
            TurnQueue.Add(change, bench.NewTurn("other", "say end", s_other)(2 * AgentOwner.TurnSpacing), interrupts: false, maxQueued: 9);
        }

        if (IsDone(change.Agent, s_other))
        {
            WorkSessionRules.End(change, s_other, WorkSessionStatus.Completed);
            if (change.Agent.Instance?.Conversations is { Tries: 0 } or { Problem: not null })
            {
                ConversationRules.Want(change);
            }
        }

        return true;
    }

    private static bool IsDone(Agent agent, WorkSessionId workSession) => agent.Turns.Exists(turn => turn.WorkSessionId == workSession && turn.State == TurnState.Done);
}
