using System.Text.Json.Nodes;
using Atelier.Server.Agents;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Npgsql;

namespace Atelier.Server.Tests.Agents.BuiltIn;

/// <summary>Whatever is killed at whatever step of the loop, the worktree and what the model was told are the oracle.</summary>
public sealed class BuiltInKillTests(TestPostgres postgres)
{
    private const string First =
        "Do it. %% think Hm. %% say I look at it first. %% call read {\"path\":\"a.txt\"} %% call list {} %% next %% error 429 %% say Half of %% cut %% say the change. %% call edit {\"path\":\"a.txt\",\"old_text\":\"one\",\"new_text\":\"two\"}"
        + " %% call notes {\"action\":\"append\",\"text\":\"once\"} %% next %% overflow %% call run {\"command\":\"make\"} %% call write {\"path\":\"b.txt\",\"content\":\"b\"} %% next %% call ask {\"question\":\"Well?\"} %% say All of it is done.";

    private const string Second = "And then? %% say Nothing more.";

    [Fact]
    [Trait("rule", "BA1")]
    public async Task A_days_work_is_done_when_nothing_is_killed() => Assert.InRange(await RunAsync(await NewDatabaseAsync(), _ => Task.CompletedTask), 50, 2_000);

    [Theory]
    [InlineData("server", 19)]
    [InlineData("link", 67)]
    [InlineData("database", 41)]
    [Trait("rule", "BA1")]
    public async Task No_tool_is_repeated_and_no_event_lost_or_doubled_when_something_is_killed_at_one_step_in(string killed, int every) => await AtEveryAsync(killed, every);

    [Theory]
    [InlineData("server")]
    [InlineData("link")]
    [InlineData("database")]
    [Trait("kind", "soak")]
    public async Task No_tool_is_repeated_and_no_event_lost_or_doubled_at_whichever_step_something_is_killed(string killed) => await AtEveryAsync(killed, every: 1);

    [Theory]
    [InlineData(2)]
    [Trait("kind", "random")]
    [Trait("rule", "BA1")]
    public async Task Nothing_is_repeated_whatever_is_killed_how_often(int rounds) => await RandomlyAsync(rounds);

    [Theory]
    [InlineData(200)]
    [Trait("kind", "soak")]
    public async Task Nothing_is_repeated_in_hundreds_of_random_orders(int rounds) => await RandomlyAsync(rounds);

    private async Task RandomlyAsync(int rounds)
    {
        var database = await NewDatabaseAsync();
        var first = Random.Shared.Next();
        for (var seed = first; seed < first + rounds; seed++)
        {
            var random = new Random(seed);
            var gate = new Lock();
            var kills = 0;
            try
            {
                await RunAsync(database, life =>
                {
                    string? killed;
                    lock (gate)
                    {
                        killed = kills < 12 && random.Next(12) == 0 ? random.Next(3) switch { 0 => "server", 1 => "link", _ => "database" } : null;
                        kills += killed is null ? 0 : 1;
                    }

                    Kill(life, killed);
                    return Task.CompletedTask;
                });
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"The seed is {seed}.", failed);
            }
        }
    }

    private async Task AtEveryAsync(string killed, int every)
    {
        var database = await NewDatabaseAsync();
        var total = int.MaxValue;
        for (var at = 1 + (Environment.ProcessId % every); at <= total; at += every)
        {
            var (isDone, steps) = (false, 0);
            try
            {
                await RunAsync(database, life =>
                {
                    if (Interlocked.Increment(ref steps) == at && !isDone)
                    {
                        isDone = true;
                        Kill(life, killed);
                    }

                    return Task.CompletedTask;
                });
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"{killed} killed at step {at}", failed);
            }

            total = isDone ? total : 0;
        }
    }

    private Task<string> NewDatabaseAsync() => postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);

    private static void Kill(AgentBench.Life life, string? killed)
    {
        switch (killed)
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
        }
    }

    /// <summary>Does the work, and compares; gives how many steps it took.</summary>
    private async Task<int> RunAsync(string database, Func<AgentBench.Life, Task> atStep)
    {
        await using var bench = await BuiltInBench.OnAsync(postgres, database: database);
        bench.World.EndsByItself = true;
        bench.World.Put("/work/agt_bench1/a.txt", "one");
        var steps = 0;
        bench.Agents.AtStep = (life, _, _) =>
        {
            Interlocked.Increment(ref steps);
            return atStep(life);
        };
        await WorkAsync(bench);
        bench.Agents.AtStep = (_, _, _) => Task.CompletedTask;
        await CompareAsync(bench);
        return steps;
    }

    /// <summary>A person who wants it done, whatever dies meanwhile: who asks again under the same name, answers questions, and tries again what failed.</summary>
    private static async Task WorkAsync(BuiltInBench bench)
    {
        using var limit = new CancellationTokenSource(TestKit.Patience.Limit);
        while (!limit.IsCancellationRequested)
        {
            var server = await bench.Agents.ServerAsync();
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

            await Task.WhenAny(server.Died, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None));
        }

        throw new TimeoutException($"The work is not done: {System.Text.Json.JsonSerializer.Serialize((await bench.Agents.RowsAsync()).Agent)}");
    }

    private static async Task<bool> LookAsync(BuiltInBench bench, AgentBench.Life server)
    {
        if (await server.Owners.FindAsync(AgentBench.AgentId).WaitAsync(TestKit.Patience.Limit) is not { } owner)
        {
            await server.Owners.AddAsync(bench.NewAgent(First), CancellationToken.None);
            return false;
        }

        if (await server.Rows.TurnAsync(owner.Current.Id, "second", CancellationToken.None) is null)
        {
            await owner.AskAsync(bench.Agents.NewTurn("second", Second), interrupts: false, CancellationToken.None);
        }

        if (owner.Current.Requests.Find(request => request is { State: RequestState.Open, IsForPerson: true }) is { } asked)
        {
            await owner.ChangeAsync(
                change =>
                {
                    if (change.Agent.Requests.Find(one => one.Id == asked.Id) is { State: RequestState.Open } open)
                    {
                        change.Become(change.Agent.With(open with
                        {
                            State = RequestState.Answered,
                            Answer = RequestAnswer.Result("""{"action":"accept","content":{"answer":"fine"}}"""),
                            AnsweredAt = change.Now,
                        }));
                    }

                    return true;
                },
                otherwise: false,
                CancellationToken.None);
        }

        var turns = await server.Rows.TurnsAsync(owner.Current.Id, CancellationToken.None);
        foreach (var turn in turns.Where(turn => turn.State == TurnState.Failed))
        {
            await owner.ChangeTurnAsync(turn.Id, (change, last) => TurnQueue.Retry(change, turn.Id, last), CancellationToken.None);
        }

        return turns.Count == 2 && turns.All(turn => turn.State == TurnState.Done) && owner.Current.Terminals.IsEmpty;
    }

    private static async Task CompareAsync(BuiltInBench bench)
    {
        var events = await bench.Agents.EventsAsync();
        var stored = await bench.Agents.RowsAsync();
        var calls = await bench.CallsAsync();

        // What changes something was done once: the edit, the write, the command; the note stands there once.
        Assert.Equal(("two", "b"), (bench.World.Files["/work/agt_bench1/a.txt"], bench.World.Files["/work/agt_bench1/b.txt"]));
        Assert.Equal(3, bench.World.Done.Count);
        Assert.Equal("once", stored.Agent.Notes);
        Assert.Empty(bench.Agents.Instances.Faults);

        // Each call that the model made came to one result, in its order; and none failed.
        Assert.Equal(["read", "list", "edit", "notes", "run", "write", "ask"], calls.Select(call => call.Name));
        Assert.All(calls, call => Assert.True(call is { IsOver: true, IsError: false }, call.Result));
        Assert.Equal("fine", calls[^1].Result);

        // Each is told once as over, and what was said reads as the model said it, however often it was asked.
        var told = events.Where(one => one.What.Kind == EventKinds.ToolCall).Select(one => JsonNode.Parse(one.What.Payload)!).ToList(); // it is an object
        Assert.Equal(7, told.Count(one => (string?)one["status"] == "completed"));
        Assert.Equal(7, told.Select(one => (string?)one["toolCallId"]).Distinct().Count());
        Assert.Equal(
            "I look at it first.\n\nHalf of\n\nthe change.\n\nAll of it is done.\n\nNothing more.",
            SaidText.Of(events.Where(one => one.What.TurnId is not null).Select(one => (one.What.Kind, one.What.Payload))));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(one => one.Seq));

        // The model gave no answer to the end that is not kept, but for those whose end nobody lived to store.
        Assert.Equal(6, (await bench.StepsAsync()).OfType<StepContent.Answer>().Count(answer => answer.StopReason is not null));
        Assert.True(bench.WholeAnswers >= 6);

        // Nothing is left over, and memory is what the rows are.
        Assert.DoesNotContain(stored.Agent.Requests, request => request.State == RequestState.Open);
        var owner = await (await bench.Agents.ServerAsync()).AgentAsync();
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(stored.Agent), System.Text.Json.JsonSerializer.Serialize(owner.Current));
        Assert.Null(stored.Agent.Instance);
    }
}
