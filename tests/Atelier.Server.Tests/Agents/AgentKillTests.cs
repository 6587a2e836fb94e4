using System.Globalization;
using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Inbox;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.Web;

namespace Atelier.Server.Tests.Agents;

/// <summary>Whatever is killed at whatever step, the program's own record of what it was told and what it said is the oracle.</summary>
public sealed class AgentKillTests(TestPostgres postgres)
{
    [Fact]
    [Trait("rule", "AG1")]
    public async Task A_days_work_is_done_when_nothing_is_killed() => Assert.InRange(await RunAsync(await NewDatabaseAsync(), (_, _, _) => Task.CompletedTask), 100, 1_000);

    [Theory]
    [InlineData(Killed.Server, 31)]
    [InlineData(Killed.Link, 43)]
    [InlineData(Killed.Database, 43)]
    [InlineData(Killed.Program, 43)]
    [Trait("rule", "AG1")]
    [Trait("rule", "AG2")]
    internal async Task No_prompt_no_answer_and_no_event_is_lost_or_doubled_when_something_is_killed_at_one_step_in(Killed killed, int every) => await AtEveryAsync(killed, every);

    [Theory]
    [InlineData(Killed.Server)]
    [InlineData(Killed.Link)]
    [InlineData(Killed.Database)]
    [InlineData(Killed.Program)]
    [Trait("kind", "soak")]
    internal async Task No_prompt_no_answer_and_no_event_is_lost_or_doubled_at_whichever_step_something_is_killed(Killed killed) => await AtEveryAsync(killed, every: 1);

    [Fact]
    [Trait("kind", "random")]
    [Trait("rule", "AG1")]
    public async Task Nothing_is_lost_or_doubled_whatever_is_killed_how_often() => await RandomlyAsync(rounds: 4);

    [Fact]
    [Trait("kind", "soak")]
    public async Task Nothing_is_lost_or_doubled_in_hundreds_of_random_orders() => await RandomlyAsync(rounds: 300);

    internal enum Killed
    {
        Server,
        Link,
        Database,
        Program,
    }

    private async Task AtEveryAsync(Killed killed, int every)
    {
        var database = await NewDatabaseAsync();
        var total = int.MaxValue;
        for (var at = 1 + (Environment.ProcessId % every); at <= total; at += every)
        {
            var isDone = false;
            var steps = 0;
            try
            {
                await RunAsync(database, async (life, _, _) =>
                {
                    if (Interlocked.Increment(ref steps) == at && !isDone)
                    {
                        isDone = true;
                        await KillAsync(life, killed);
                    }
                });
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"{killed} killed at step {at}", failed);
            }

            total = isDone ? total : 0;
        }
    }

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
                await RunAsync(database, async (life, _, _) =>
                {
                    Killed? killed;
                    lock (gate)
                    {
                        killed = kills < 12 && random.Next(15) == 0 ? (Killed)random.Next(4) : null;
                        kills += killed is null ? 0 : 1;
                    }

                    await (killed is { } one ? KillAsync(life, one) : Task.CompletedTask);
                });
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The seed is {seed}."), failed);
            }
        }
    }

    private Task<string> NewDatabaseAsync() => postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);

    private static Task KillAsync(AgentBench.Life life, Killed killed)
    {
        switch (killed)
        {
            case Killed.Server:
                life.Kill();
                break;
            case Killed.Link:
                life.Link.Break();
                break;
            case Killed.Database:
                life.Postgres.Cut();
                break;
            case Killed.Program:
                life.Bench.Instances.KillPrograms();
                break;
        }

        return Task.CompletedTask;
    }

    /// <summary>Does a day's work, and compares; gives how many steps it took.</summary>
    private static async Task<int> RunAsync(string database, Func<AgentBench.Life, int, string, Task> atStep)
    {
        await using var bench = await AgentBench.OnAsync(database);
        var steps = 0;
        bench.AtStep = (life, number, what) =>
        {
            Interlocked.Increment(ref steps);
            return atStep(life, number, what);
        };

        await new AgentPerson(bench).WorkAsync();

        bench.AtStep = (_, _, _) => Task.CompletedTask;
        await CompareAsync(bench);
        return steps;
    }

    private static async Task CompareAsync(AgentBench bench)
    {
        var owner = await (await bench.ServerAsync()).AgentAsync();
        var stored = await bench.RowsAsync();
        var machine = bench.Instances.Of(stored.Agent);
        var events = await bench.EventsAsync();
        var turns = await new AgentRows(bench.Oracle).TurnsAsync(AgentBench.AgentId, CancellationToken.None);
        var told = machine.Program.Told;

        Assert.Empty(bench.Instances.Faults);

        // Each prompt came once per attempt that the rows know of, and none is missing.
        var prompts = told.Select(one => one.Command).OfType<AgentCommand.Prompt>().Select(prompt => prompt.Context["requestId"]).ToList();
        Assert.Equal(prompts.Distinct(), prompts);
        Assert.Equal(["turn_first", "turn_fourth", "turn_second", "turn_third"], prompts.Select(id => id.Split('.')[0]).Distinct().Order());

        // Each question has one answer at most, and one that was answered in the life of its process has it.
        var answers = told.Where(one => one.Command is AgentCommand.Answer).Select(one => ((AgentCommand.Answer)one.Command).RequestId).ToList();
        Assert.Equal(answers.Distinct(), answers);

        // How it is to work was said to it before it worked on, in each process anew.
        Assert.DoesNotContain("ask", machine.Program.ModesAtPrompts.SkipWhile(mode => mode == "ask"));

        // What it wanted done was done, and every terminal that it got is gone.
        Assert.Equal(["/work/agent/file.txt"], bench.Instances.World.Files.Keys);
        Assert.Empty(bench.Instances.World.Terminals);
        Assert.Empty(stored.Agent.Terminals);
        Assert.Equal(bench.Instances.World.Done.Select(id => id.Value).Order(StringComparer.Ordinal), (await ServedAsync(bench)).Select(id => id.Value).Order(StringComparer.Ordinal));

        // Everything that it said is an event, once and in its order.
        Assert.Equal(machine.News, events.Where(one => one.What.Kind is "agent-message" or "tool-call" or "title").Select(one => one.What.Payload));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(one => one.Seq));

        // All turns have come to what they should, and every one of them is told as it is.
        Assert.Equal(
            [("first", TurnState.Done), ("fourth", TurnState.Done), ("second", TurnState.Cancelled), ("third", TurnState.Done)],
            turns.Select(turn => (turn.IdempotencyKey, turn.State)).OrderBy(turn => turn.IdempotencyKey));
        Assert.All(turns, turn => Assert.Equal(AsJson(TurnView.Of(turn)), LastOf(events, EventKinds.TurnChanged, turn.Id.Value)));

        // Nothing is left over, and memory is what the rows are.
        Assert.Equal(0, await bench.Oracle.CommandFor("select count(*)::int from agent_commands").OneAsync(row => row.GetInt32(0), CancellationToken.None));
        Assert.DoesNotContain(stored.Agent.Requests, request => request.State == RequestState.Open);
        Assert.Equal(JsonSerializer.Serialize(stored.Agent), JsonSerializer.Serialize(owner.Current));
        Assert.False(machine.IsRunning);
        await CompareInboxAsync(bench, stored.Agent);
    }

    /// <summary>The inbox has one item for each question, with what became of it, and nothing waits that the agent does not wait with.</summary>
    private static async Task CompareInboxAsync(AgentBench bench, Agent agent)
    {
        var items = await bench.Oracle.CommandFor($"select {InboxRows.Columns} from inbox_items").AllAsync(InboxRows.Read, CancellationToken.None);
        Assert.Equal(AgentWaits.Of(agent).Select(wait => InboxItemId.Of(wait.Key)), items.Where(item => item.State == InboxState.Open).Select(item => item.Id));
        var asked = await bench.Oracle.CommandFor("select id, state from agent_requests where what = 'permission' order by id")
            .AllAsync(row => (Id: row.GetString(0), State: row.GetString(1) == "answered" ? InboxState.Answered : InboxState.Withdrawn), CancellationToken.None);
        var known = items.Select(item => item.RequestId?.Value).ToHashSet();
        var waited = asked.Where(one => one.State == InboxState.Answered || known.Contains(one.Id)); // what was asked and taken back in one batch never waited
        Assert.Equal(waited, items.Where(item => item.RequestId is not null).Select(item => (Id: item.RequestId?.Value ?? "", item.State)).OrderBy(item => item.Id, StringComparer.Ordinal));
    }

    /// <summary>Questions that were answered with something done, or whose process went while that was being done.</summary>
    private static async Task<IReadOnlyList<RequestId>> ServedAsync(AgentBench bench)
    {
        var done = bench.Instances.World.Done;
        var asked = await bench.Oracle.CommandFor("select id, state from agent_requests where what in ('write-file', 'terminal-create')")
            .AllAsync(row => (Id: new RequestId(row.GetString(0)), State: row.GetString(1)), CancellationToken.None);
        return [.. asked.Where(one => one.State == "answered" || done.Contains(one.Id)).Select(one => one.Id)];
    }

    private static string LastOf(IEnumerable<AgentEvent> events, string kind, string turn) =>
        JsonElement.Parse(events.Last(one => one.What.Kind == kind && one.What.TurnId?.Value == turn).What.Payload).GetProperty("turn").GetRawText();

    private static string AsJson<T>(T value) => JsonSerializer.Serialize(value, WebJson.Options);
}
