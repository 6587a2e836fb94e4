using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Inbox;
using Atelier.Server.Tests.Agents;
using Atelier.Server.Tests.Agents.Budgets;

namespace Atelier.Server.Tests.Inbox;

/// <summary>What becomes of the inbox by what becomes of an agent.</summary>
public sealed class InboxChangesTests
{
    private static readonly UserId s_ada = new("usr_ada");

    [Fact]
    [Trait("rule", "IN1")]
    public void A_question_opens_an_item_that_closes_with_its_answer()
    {
        var agent = SampleAgent.New().Sent();

        var opened = Assert.Single(Changes(agent, change => Hear(change, SampleAgent.Permission())));
        agent = agent.Hears(SampleAgent.Permission());
        var closed = Assert.Single(Changes(agent, change => change.Become(change.Agent.With(Answered(change.Agent.Requests[0])))));

        Assert.Equal((WaitKind.Permission, InboxState.Open, "inb_req-1"), (opened.Kind, opened.State, opened.Id.Value));
        Assert.Equal((opened.Id, InboxState.Answered, "allow_once", s_ada), (closed.Id, closed.State, closed.Answer, closed.AnsweredBy));
    }

    [Fact]
    [Trait("rule", "IN1")]
    public void A_question_that_its_program_takes_back_or_takes_along_is_withdrawn()
    {
        var agent = SampleAgent.New().Sent().Hears(SampleAgent.Permission());

        Assert.Equal(InboxState.Withdrawn, Assert.Single(Changes(agent, change => Hear(change, new AgentNotice.Withdrew("7")))).State);
        Assert.Contains(Changes(agent, change => Hear(change, new AgentNotice.Ended(1, null, null))), item => item is { Kind: WaitKind.Permission, State: InboxState.Withdrawn });
    }

    [Fact]
    [Trait("rule", "IN4")]
    public void A_question_that_nobody_answers_in_time_is_refused_by_kind_and_expired()
    {
        var options = new AgentsOptions { PermissionsExpireAfter = TimeSpan.FromMinutes(5) };
        var change = SampleAgent.New().Sent().Changing();
        Hear(change, Asked());
        StandingRules.Apply(change, [], options, nextPosition: 0);
        Assert.Equal(SampleAgent.Start.AddMinutes(5), Assert.Single(InboxChanges.Of(change)).ExpiresAt);

        Assert.Equal(SampleAgent.Start.AddMinutes(5), StandingRules.DueAt(change.Agent));
        var late = change.Agent.Changing(SampleAgent.Start.AddMinutes(5));
        StandingRules.TakeTime(late);

        Assert.Equal((InboxState.Expired, "reject_once"), Assert.Single(InboxChanges.Of(late)) is var item ? (item.State, item.Answer) : default);
        Assert.Contains("\"no\"", Assert.Single(late.Agent.Requests).Answer, StringComparison.Ordinal);
        Assert.IsType<AgentStep.Answer>(AgentPlan.Next(late.Agent));
    }

    [Fact]
    [Trait("rule", "IN5")]
    public void A_rule_answers_in_the_change_that_stores_the_question_and_the_item_says_which()
    {
        var change = (SampleAgent.New().Sent() with { ProgramId = "prg" }).Changing();
        Hear(change, Asked());
        StandingRules.Apply(change, [Rule()], new AgentsOptions(), nextPosition: 0);

        var item = Assert.Single(InboxChanges.Of(change));
        Assert.Equal((InboxState.Answered, "allow_once", "rul_1", null), (item.State, item.Answer, item.RuleId, item.AnsweredBy));
        Assert.Equal([new PermissionRuleId("rul_1")], change.Used);
        Assert.Contains(change.Events, told => told.Kind == "request-changed" && told.Payload.Contains("\"ruleId\":\"rul_1\"", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("rule", "IN2")]
    public void Work_that_is_done_waits_to_be_looked_at_until_a_person_goes_on()
    {
        var agent = SampleAgent.New().Sent();
        var done = Assert.Single(Changes(agent, Done));
        agent = agent.Decides(Done, At(1));

        Assert.Equal((WaitKind.Finished, InboxState.Open, "a"), (done.Kind, done.State, done.Title));
        Assert.Equal((InboxState.Answered, "message", s_ada), How(agent, change => TurnQueue.Add(change, SampleAgent.NewTurn("b", 2) with { CreatedBy = s_ada }, interrupts: false, maxQueued: 9)));
        Assert.Equal((InboxState.Answered, "complete", s_ada), How(agent, change => WorkSessionRules.End(change, SampleAgent.Main, WorkSessionStatus.Completed)));
        Assert.Equal((InboxState.Answered, "cancel", s_ada), How(agent, change => WorkSessionRules.EndAll(change, AgentStatus.Cancelled)));
        Assert.Equal((InboxState.Answered, "archive", s_ada), How(agent, change => change.Become(change.Agent with { ArchivedAt = change.Now })));
        Assert.Equal((InboxState.Answered, "land", s_ada), How(agent, change => change.Become(change.Agent with { LandedAt = change.Now })));
        Assert.Equal((InboxState.Dismissed, null, s_ada), How(agent, change => change.Become(change.Agent.With(change.Agent.WorkSessions[0] with { ReviewedAt = change.Now }))));
    }

    [Fact]
    [Trait("rule", "IN2")]
    public void Work_with_more_to_do_or_that_a_person_has_ended_asks_nobody_to_look()
    {
        Assert.Empty(Changes(SampleAgent.New("a", "b").Sent(), Done));
        Assert.Empty(Changes(SampleAgent.New().Sent(), change => Hear(change, new AgentNotice.TurnEnded(3, "cancelled", Usage: null))));
    }

    [Fact]
    [Trait("rule", "IN3")]
    public void What_failed_waits_until_it_is_tried_again_or_another_message_comes_whatever_was_queued_before()
    {
        var agent = SampleAgent.New("a", "b").Sent();
        var failed = Assert.Single(Changes(agent, Fail));
        agent = agent.Decides(Fail, At(1));

        Assert.Equal((WaitKind.Failed, InboxState.Open, "No more."), (failed.Kind, failed.State, failed.Summary));
        Assert.Equal((InboxState.Answered, "retry", s_ada), How(agent, change => TurnQueue.Retry(change, new TurnId("a"), 9)));
        Assert.Equal(
            (InboxState.Answered, "message", s_ada),
            How(agent, change => TurnQueue.Add(change, SampleAgent.NewTurn("c", 3) with { CreatedBy = s_ada, CreatedAt = At(2) }, interrupts: false, maxQueued: 9)));
    }

    [Fact]
    [Trait("rule", "IN3")]
    public void A_place_that_cannot_be_made_and_a_program_that_cannot_be_started_wait_for_a_person()
    {
        Assert.Equal("No room.", Assert.Single(Changes(SampleAgent.New(), change => AgentCommands.PlaceRefused(change, "No room."))).Summary);
        Assert.Equal("No such command.", Assert.Single(Changes(SampleAgent.New().Started(), change => AgentNotices.NotStarted(change, "No such command."))).Summary);
        Assert.Equal(
            WaitKind.Failed, Assert.Single(Changes(SampleAgent.New().Sent(), change => Hear(change, new AgentNotice.Ended(1, null, null)))).Kind);
    }

    [Theory]
    [InlineData("preparing", "working")]
    [InlineData("sent", "working")]
    [InlineData("asked", "waiting")]
    [InlineData("done", "to-review")]
    [InlineData("failed", "failed")]
    [InlineData("reviewed", "idle")]
    public void What_an_agent_does_is_one_word(string how, string word)
    {
        var agent = SampleAgent.New();
        agent = how switch
        {
            "preparing" => agent,
            "asked" => agent.Sent().Hears(SampleAgent.Permission()),
            "done" => agent.Sent().Decides(Done),
            "failed" => agent.Sent().Decides(Fail),
            "reviewed" => agent.Sent().Decides(Done).Decides(change => change.Become(change.Agent.With(change.Agent.WorkSessions[0] with { ReviewedAt = change.Now }))),
            _ => agent.Sent(),
        };

        Assert.Equal(word, System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(AgentView.Of(agent).Doing.ToString()));
    }

    private static DateTimeOffset At(int minute) => SampleAgent.Start.AddMinutes(minute);

    private static void Hear(AgentChange change, AgentNotice notice) =>
        AgentNotices.Take(change, change.Agent.Instance?.Epoch ?? 0, notice, () => new RequestId($"req-{change.Agent.Requests.Count + 1}"));

    private static void Done(AgentChange change) => Hear(change, new AgentNotice.TurnEnded(3, "end_turn", Usage: null));

    private static void Fail(AgentChange change) => Hear(change, new AgentNotice.Failed(3, Code: 1, "No more.", Details: null));

    private static AgentRequest Answered(AgentRequest request) => request with
    {
        State = RequestState.Answered,
        Answer = RequestAnswer.Chosen(request.Payload, "yes", kind: null),
        AnsweredBy = s_ada,
        AnsweredAt = At(1),
    };

    private static (InboxState, string?, UserId?) How(Agent agent, Action<AgentChange> decide)
    {
        var item = Assert.Single(Changes(agent, decide));
        return (item.State, item.Answer, item.AnsweredBy);
    }

    private static List<InboxItem> Changes(Agent agent, Action<AgentChange> decide)
    {
        var change = agent.Changing(At(2));
        change.By = s_ada;
        decide(change);
        return [.. InboxChanges.Of(change)];
    }

    private static AgentNotice.Asked Asked() => new("7", "c1", AgentRequest.Permission, System.Text.Json.JsonElement.Parse(
        """{"toolCall":{"kind":"execute","title":"Run","rawInput":{"command":"npm test"}},"options":[{"optionId":"no","kind":"reject_once"},{"optionId":"yes","kind":"allow_once"}]}"""));

    private static PermissionRule Rule() => new()
    {
        Id = new PermissionRuleId("rul_1"),
        RepositoryId = "rep",
        ToolKind = "execute",
        Subject = PermissionSubject.Command,
        Match = PermissionMatch.Exact,
        Pattern = "npm test",
        Folder = "",
        Decision = PermissionDecision.Allow,
        CreatedBy = s_ada,
        CreatedAt = SampleAgent.Start,
    };
}
