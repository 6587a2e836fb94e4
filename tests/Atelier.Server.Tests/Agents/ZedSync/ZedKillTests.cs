using System.Globalization;
using System.Text.Json;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Tests.Agents.ZedSync;

/// <summary>Whatever is killed at whatever step, Zed's own record of what it was asked and what it said is the oracle.</summary>
public sealed class ZedKillTests(TestPostgres postgres)
{
    [Fact]
    [Trait("rule", "ZS22")]
    public async Task A_days_work_is_done_when_nothing_is_killed() => Assert.InRange(await RunAsync(await NewDatabaseAsync(), (_, _) => Task.FromResult(false)), 50, 2_000);

    [Theory]
    [InlineData(Killed.Server, 89)]
    [InlineData(Killed.Connection, 149)]
    [InlineData(Killed.Database, 149)]
    [InlineData(Killed.Zed, 149)]
    [Trait("rule", "ZS22")]
    internal async Task No_prompt_and_no_event_is_lost_or_doubled_when_something_is_killed_at_one_step_in(Killed killed, int every) => await AtEveryAsync(killed, every);

    [Theory]
    [InlineData(Killed.Server)]
    [InlineData(Killed.Connection)]
    [InlineData(Killed.Database)]
    [InlineData(Killed.Zed)]
    [Trait("kind", "soak")]
    internal async Task No_prompt_and_no_event_is_lost_or_doubled_at_whichever_step_something_is_killed(Killed killed) => await AtEveryAsync(killed, every: 1);

    [Fact]
    [Trait("kind", "soak")]
    public async Task Nothing_is_lost_or_doubled_in_hundreds_of_random_orders()
    {
        var database = await NewDatabaseAsync();
        var first = Random.Shared.Next();
        for (var seed = first; seed < first + 200; seed++)
        {
            var random = new Random(seed);
            var kills = 0;
            try
            {
                await RunAsync(database, async (life, step) =>
                {
                    Killed? killed;
                    lock (random)
                    {
                        killed = kills < 8 && random.Next(40) == 0 ? (Killed)random.Next(4) : null;
                        kills += killed is null ? 0 : 1;
                    }

                    await (killed is { } one ? KillAsync(life, one) : Task.CompletedTask);
                    return killed is Killed.Server or Killed.Connection or Killed.Zed;
                });
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The seed is {seed}."), failed);
            }
        }
    }

    internal enum Killed
    {
        Server,
        Connection,
        Database,
        Zed,
    }

    private Task<string> NewDatabaseAsync() => postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);

    private async Task AtEveryAsync(Killed killed, int every)
    {
        var database = await NewDatabaseAsync();
        var total = int.MaxValue;
        for (var at = 1 + (Environment.ProcessId % every); at <= total; at += every)
        {
            var isDone = false;
            try
            {
                await RunAsync(database, async (life, step) =>
                {
                    if (step != at || isDone)
                    {
                        return false;
                    }

                    isDone = true;
                    await KillAsync(life, killed);
                    return killed != Killed.Database;
                });
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"{killed} killed at step {at}", failed);
            }

            total = isDone ? total : 0;
        }
    }

    private static Task KillAsync(ZedBench.Life life, Killed killed)
    {
        switch (killed)
        {
            case Killed.Server:
                life.Kill();
                break;
            case Killed.Connection:
                life.Bench.Zed.Cut();
                break;
            case Killed.Database:
                life.Postgres.Cut();
                break;
            case Killed.Zed:
                _ = life.Bench.Zed.KillAsync();
                break;
        }

        return Task.CompletedTask;
    }

    /// <summary>Does a day's work, and compares; gives how many steps it took.</summary>
    /// <param name="database">Where.</param>
    /// <param name="atStep">Given the server and the number of the step; says whether something was killed by which frames can be lost.</param>
    private static async Task<int> RunAsync(string database, Func<ZedBench.Life, int, Task<bool>> atStep)
    {
        await using var bench = await ZedBench.OnAsync(database);
        var (steps, kills) = (0, 0);
        bench.AtStep = async life =>
        {
            if (await atStep(life, Interlocked.Increment(ref steps)))
            {
                Interlocked.Increment(ref kills);
            }
        };

        await new ZedPerson(bench).WorkAsync();

        bench.AtStep = _ => Task.CompletedTask;
        await CompareAsync(bench, kills);
        return steps;
    }

    private static async Task CompareAsync(ZedBench bench, int kills)
    {
        var life = await bench.ServerAsync();
        var owner = await life.Owners.FindAsync(ZedBench.AgentId) ?? throw new InvalidOperationException("There is no such agent.");
        var stored = await new AgentRows(bench.Oracle).ReadAsync(ZedBench.AgentId, CancellationToken.None);
        var events = await new AgentEventStore(bench.Oracle).AfterAsync(ZedBench.AgentId, 0, int.MaxValue, CancellationToken.None);
        var turns = await new AgentRows(bench.Oracle).TurnsAsync(ZedBench.AgentId, CancellationToken.None);
        var runs = bench.Zed.Runs;

        Assert.Empty(bench.Zed.Problems);

        // Each prompt was worked on once per attempt, but for those whose end was on its way when something was killed.
        var again = runs.Where(run => run.Ended is not "died").GroupBy(run => run.Request).Sum(same => same.Count() - 1);
        Assert.InRange(again, 0, kills);
        Assert.Equal(["turn_first", "turn_fourth", "turn_second", "turn_third"], runs.Select(run => run.Request.Split('.')[0]).Distinct().Order(StringComparer.Ordinal));

        // Everything that the turns said in the end is told, once and as it was said.
        var told = ZedConversation.Of(events);
        foreach (var run in turns.Where(turn => turn.State == TurnState.Done).Select(turn => runs.Last(run => run.Request == turn.RequestId)))
        {
            foreach (var (id, text) in ZedConversation.Of(run))
            {
                Assert.Equal((id, text), (id, told.GetValueOrDefault(id)));
            }
        }

        // Nothing is told that was not said.
        var said = runs.SelectMany(run => run.Entries).Select(entry => entry.Content).ToList();
        Assert.All(told.Where(one => !one.Key.Contains('|', StringComparison.Ordinal) && one.Key.Contains("agent-", StringComparison.Ordinal)), one => Assert.Contains(said, content => content.Contains(one.Value, StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(one => one.Seq));

        // All turns have come to what they should, nothing is left over, and memory is what the rows are.
        Assert.Equal(
            [("first", TurnState.Done), ("fourth", TurnState.Done), ("second", TurnState.Cancelled), ("third", TurnState.Done)],
            turns.Select(turn => (turn.IdempotencyKey, turn.State)).OrderBy(turn => turn.IdempotencyKey));
        Assert.Equal(0, await bench.Oracle.CommandFor("select count(*)::int from agent_commands").OneAsync(row => row.GetInt32(0), CancellationToken.None));
        Assert.Equal(Text(stored?.Agent), Text(owner.Current));
    }

    // Turns of several threads have no order among each other.
    private static string Text(Agent? agent) => JsonSerializer.Serialize(agent is null ? null : agent with { Turns = [.. agent.Turns.OrderBy(turn => turn.Id.Value, StringComparer.Ordinal)] });

    /// <summary>A person who wants a day's work done, whatever dies meanwhile.</summary>
    private sealed class ZedPerson(ZedBench bench)
    {
        private static readonly (string Key, string Prompt, WorkSessionId WorkSession)[] s_asks =
        [
            ("second", "say hang", ZedBench.Main), ("third", "say tool die-once think", ZedBench.Second), ("fourth", "error-once say tool say", ZedBench.Main),
        ];

        private Exception? _last;

        public async Task WorkAsync()
        {
            using var limit = new CancellationTokenSource(TestKit.Patience.Limit);
            while (true)
            {
                var server = await bench.ServerAsync();
                try
                {
                    if (await LookAsync(server))
                    {
                        return;
                    }
                }
                catch (Exception away) when (away is NpgsqlException or ObjectDisposedException or AgentChangedElsewhereException or TimeoutException)
                {
                    _last = away; // nobody answered: it is asked again
                }

                if (limit.IsCancellationRequested)
                {
                    var rows = await new AgentRows(bench.Oracle).ReadAsync(ZedBench.AgentId, CancellationToken.None);
                    throw new TimeoutException(
                        $"The work is not done. Frames {string.Join(", ", bench.Zed.Frames.Select(frame => $"{frame.Connection} {frame.Type} {frame.Request}"))}; connected {bench.Zed.IsConnected}, unsaid {rows?.Unsaid.Count}, last problem {_last?.Message}; {JsonSerializer.Serialize(rows?.Agent)}");
                }

                await Task.WhenAny(server.Died, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None));
            }
        }

        private async Task<bool> LookAsync(ZedBench.Life server)
        {
            if (await server.Owners.FindAsync(ZedBench.AgentId).WaitAsync(TestKit.Patience.Limit) is not { } owner)
            {
                await server.Owners.AddAsync(bench.NewAgent("say think ask tool title say"), CancellationToken.None);
                return false;
            }

            var agent = owner.Current;
            if (agent.Status == AgentStatus.Completed)
            {
                return agent is { Instance.HasProcess: false } && owner.Unsaid.Count == 0;
            }

            foreach (var (key, prompt, workSession) in s_asks)
            {
                if (await server.Rows.TurnAsync(agent.Id, key, CancellationToken.None) is null)
                {
                    await owner.AskAsync(bench.NewTurn(key, prompt, workSession), interrupts: false, CancellationToken.None);
                }
            }

            foreach (var request in owner.Current.Requests.Where(request => request is { State: RequestState.Open, IsForPerson: true }))
            {
                await owner.ChangeAsync(change => Answer(change, request.Id), otherwise: false, CancellationToken.None);
            }

            var turns = await server.Rows.TurnsAsync(agent.Id, CancellationToken.None);
            foreach (var turn in turns)
            {
                if (turn is { State: TurnState.Failed } or { State: TurnState.Cancelled, IdempotencyKey: not "second" })
                {
                    await owner.ChangeTurnAsync(turn.Id, (change, last) => TurnQueue.Retry(change, turn.Id, last), CancellationToken.None);
                }
                else if (turn is { IdempotencyKey: "second", State: TurnState.Running })
                {
                    await owner.ChangeTurnAsync(turn.Id, (change, _) => TurnQueue.Cancel(change, turn.Id), CancellationToken.None);
                }
            }

            if (turns.Count == s_asks.Length + 1 && turns.All(turn => turn.State is TurnState.Done or TurnState.Cancelled))
            {
                await owner.ChangeAsync(
                    change =>
                    {
                        WorkSessionRules.EndAll(change, AgentStatus.Completed);
                        return true;
                    },
                    otherwise: false,
                    CancellationToken.None);
            }

            return false;
        }

        private static bool Answer(AgentChange change, RequestId id)
        {
            if (change.Agent.Requests.Find(one => one.Id == id) is not { State: RequestState.Open } request)
            {
                return false;
            }

            change.Become(change.Agent.With(request with { State = RequestState.Answered, Answer = RequestAnswer.Accepted(content: null), AnsweredAt = change.Now }));
            return true;
        }
    }
}
