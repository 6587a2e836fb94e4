using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Budgets;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Inbox;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Tests.Agents;
using Atelier.TestKit;
using Npgsql;

namespace Atelier.Server.Tests.Inbox;

/// <summary>A budget, a question that is answered and remembered, a rule that answers and work that is done, with a server or a database that is killed on the way.</summary>
public sealed class InboxKillTests(TestPostgres postgres)
{
    private static readonly UserId s_user = new("usr_bench");

    [Theory]
    [InlineData(false, 31)]
    [InlineData(true, 37)]
    [Trait("rule", "IN1")]
    [Trait("rule", "IN8")]
    public async Task No_item_and_no_rule_is_lost_doubled_or_left_open_when_something_is_killed_at_one_step_in(bool isDatabase, int every) => await AtEveryAsync(isDatabase, every);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("kind", "soak")]
    public async Task No_item_and_no_rule_is_lost_doubled_or_left_open_at_whichever_step_something_is_killed(bool isDatabase) => await AtEveryAsync(isDatabase, every: 1);

    [Fact]
    [Trait("rule", "IN4")]
    public async Task A_permission_that_nobody_answers_is_refused_when_its_time_is_over()
    {
        await using var bench = await AgentBench.OnAsync(postgres, new AgentsOptions { StaleAfter = TimeSpan.FromDays(7), PermissionsExpireAfter = TimeSpan.FromSeconds(30) });
        var server = await bench.ServerAsync();
        await server.Owners.AddAsync(bench.NewAgent("run:npm_test end"), CancellationToken.None);

        var agent = await server.UntilAsync(one => one.Turns.Exists(turn => turn.State == TurnState.Done), "the turn to end");

        var expired = Assert.Single(await ItemsAsync(bench), item => item.Kind == WaitKind.Permission);
        Assert.Equal((InboxState.Expired, "reject_once", expired.CreatedAt.AddSeconds(30)), (expired.State, expired.Answer, expired.ExpiresAt));
        var answer = Assert.Single(bench.Instances.Of(agent).Program.Told.Select(told => told.Command).OfType<AgentCommand.Answer>());
        Assert.Equal("no", answer.Result.GetProperty("outcome").GetProperty("optionId").GetString());
    }

    [Fact]
    [Trait("rule", "IN5")]
    public async Task A_rule_that_is_revoked_between_being_read_and_answering_answers_nothing()
    {
        await using var bench = await AgentBench.OnAsync(postgres);
        var id = await AddRuleAsync(bench);
        await bench.Oracle.CommandFor("update permission_rules set revoked_at = now()").RunAsync(CancellationToken.None);
        var change = bench.NewAgent("run:npm_test end");
        await (await bench.ServerAsync()).Owners.AddAsync(change, CancellationToken.None);
        var stored = await bench.RowsAsync();
        var late = new AgentChange(stored.Agent, stored.Agent.CreatedAt);
        late.Become(late.Agent with { Title = "Late" });
        late.Use(id);

        await Assert.ThrowsAsync<AgentChangedElsewhereException>(() =>
            new AgentStore(bench.Oracle, new AgentRows(bench.Oracle), [], TimeProvider.System).TryAsync(late, stored, [], CancellationToken.None));
    }

    private static async Task<PermissionRuleId> AddRuleAsync(AgentBench bench)
    {
        var id = PermissionRuleId.New(TimeProvider.System);
        await bench.Oracle.CommandFor(
            """
            insert into permission_rules (id, repository_id, tool_kind, subject, match, pattern, decision, created_by, created_at)
            values ($1, 'rep_bench', 'execute', 'command', 'exact', 'npm test', 'allow', $2, now())
            """,
            id,
            s_user).RunAsync(CancellationToken.None);
        return id;
    }

    private async Task AtEveryAsync(bool isDatabase, int every)
    {
        var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var total = int.MaxValue;
        for (var at = 1 + (Environment.ProcessId % every); at <= total; at += every)
        {
            var steps = 0;
            var isDone = false;
            await using var bench = await AgentBench.OnAsync(database);
            await bench.Oracle.CommandFor("delete from permission_rules").RunAsync(CancellationToken.None);
            bench.AtStep = (life, _, _) =>
            {
                if (Interlocked.Increment(ref steps) == at)
                {
                    isDone = true;
                    (isDatabase ? life.Postgres.Cut : (Action)life.Kill)();
                }

                return Task.CompletedTask;
            };
            try
            {
                await WorkAsync(bench);
                bench.AtStep = (_, _, _) => Task.CompletedTask;
                await CompareAsync(bench);
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"killed at step {at}", failed);
            }

            total = isDone ? total : 0;
        }
    }

    /// <summary>Gives more, answers and remembers, until the work is done and everything is stored.</summary>
    private static async Task WorkAsync(AgentBench bench)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            var server = await bench.ServerAsync();
            try
            {
                if (await server.Owners.FindAsync(AgentBench.AgentId).WaitAsync(Patience.Limit) is not { } owner)
                {
                    var made = bench.NewAgent("usage:150 hang-once run:npm_test run:npm_test end");
                    made.Become(made.Agent with { Budget = new AgentBudget(Tokens: 100) });
                    await server.Owners.AddAsync(made, CancellationToken.None);
                    continue;
                }

                switch (AgentWaits.Of(owner.Current).FirstOrDefault())
                {
                    case { Kind: WaitKind.Budget }:
                        await owner.ChangeAsync(BudgetRules.Continue, otherwise: false, CancellationToken.None);
                        break;
                    case { Kind: WaitKind.Permission, RequestId: { } request } wait:
                        await owner.ChangeAsync(change => Answer(change, wait, request), new AnswerReply.IsOver(), CancellationToken.None);
                        break;
                    case { Kind: WaitKind.Finished } when owner.Unsaid.Count == 0 && bench.Instances.Of(owner.Current).End == owner.Current.Instance?.LogOffset:
                        return;
                }
            }
            catch (Exception away) when (away is NpgsqlException or ObjectDisposedException or AgentChangedElsewhereException or TimeoutException)
            {
                // Nobody answered: it is asked again.
            }

            await Task.WhenAny(server.Died, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None));
        }
    }

    private static AnswerReply Answer(AgentChange change, AgentWait wait, RequestId request) => InboxAnswers.Answer(
        change,
        new InboxItem(InboxItemId.Of(wait.Key), change.Agent.Id, null, null, request, null, wait.Kind, InboxState.Open, "", null, null, wait.Since),
        new AnswerRequest(Decision: "allow_once", Remember: "repository"),
        s_user,
        PermissionRuleId.New(TimeProvider.System));

    private static async Task CompareAsync(AgentBench bench)
    {
        Assert.Empty(bench.Instances.Faults);
        var rule = Assert.Single(await bench.Oracle.CommandFor("select id, times_used from permission_rules").AllAsync(row => (row.GetString(0), row.GetInt64(1)), CancellationToken.None));
        Assert.Equal(1, rule.Item2);
        Assert.Equal(
            [
                (WaitKind.Budget, InboxState.Answered, "continue", null, null),
                (WaitKind.Permission, InboxState.Answered, "allow_once", s_user, null),
                (WaitKind.Permission, InboxState.Answered, "allow_once", null, rule.Item1),
                (WaitKind.Finished, InboxState.Open, null, (UserId?)null, (string?)null),
            ],
            (await ItemsAsync(bench)).Select(item => (item.Kind, item.State, item.Answer, item.AnsweredBy, item.RuleId)));
        Assert.Equal(
            1,
            (await bench.EventsAsync()).Count(one => one.What.Payload.Contains($"\"ruleId\":\"{rule.Item1}\"", StringComparison.Ordinal)));
    }

    private static Task<IReadOnlyList<InboxItem>> ItemsAsync(AgentBench bench) =>
        bench.Oracle.CommandFor($"select {InboxRows.Columns} from inbox_items order by created_at, id").AllAsync(InboxRows.Read, CancellationToken.None);
}
