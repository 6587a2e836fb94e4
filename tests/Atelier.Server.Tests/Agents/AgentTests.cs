using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Tests.Agents;

public sealed class AgentTests
{
    private static readonly AgentNotice.TurnEnded s_done = new(3, "end_turn", null);

    [Fact]
    public void What_an_agent_is_about_follows_from_its_record()
    {
        var needsYou = SampleAgent.New().Sent().Heard(SampleAgent.Permission());
        Assert.Equal(AgentActivity.Preparing, ActivityOf(SampleAgent.New()));
        Assert.Equal(AgentActivity.Working, ActivityOf(SampleAgent.New().Placed()));
        Assert.Equal(AgentActivity.Working, ActivityOf(SampleAgent.New().Sent()));
        Assert.Equal(AgentActivity.NeedsYou, ActivityOf(needsYou));
        Assert.Equal(AgentActivity.Reconnecting, ActivityOf(SampleAgent.New().Sent().After(AgentContact.Lost)));
        Assert.Equal(AgentActivity.ToReview, ActivityOf(SampleAgent.New().Sent().Heard(s_done)));
        Assert.Equal(AgentActivity.Failed, ActivityOf(SampleAgent.New().Sent().Heard(new AgentNotice.Failed(3, 1, "no", null))));
        Assert.Equal(AgentActivity.Failed, ActivityOf(SampleAgent.New("a", "b").Sent().Heard(new AgentNotice.Ended(1, null, null))));
        Assert.Equal(AgentActivity.Idle, ActivityOf(SampleAgent.New().Placed().After(change => TurnQueue.Cancel(change, new TurnId("a")))));
        Assert.Equal(AgentActivity.Failed, ActivityOf(SampleAgent.New().After(change => AgentCommands.PlaceRefused(change, "no"))));
        Assert.Equal(AgentActivity.Done, ActivityOf(needsYou.After(change => WorkSessionRules.EndAll(change, AgentStatus.Completed))));
    }

    [Fact]
    public void Taking_a_queued_turn_back_does_not_hide_that_the_one_before_it_failed() => Assert.Equal(
        AgentActivity.Failed,
        ActivityOf(SampleAgent.New("a", "b").Sent().Heard(new AgentNotice.Ended(1, null, null)).After(change => TurnQueue.Cancel(change, new TurnId("b")))));

    [Fact]
    public void Memory_keeps_what_is_not_over_and_the_last_of_each_work_session_that_is()
    {
        var agent = SampleAgent.New("a", "b", "c").Sent().Heard(s_done).Steps(1).Heard(s_done with { Sequence = 4 }, SampleAgent.Start.AddMinutes(1)).Trimmed();

        Assert.Equal(["b", "c"], agent.Turns.Select(turn => turn.Id.Value));
    }

    [Fact]
    public void Memory_keeps_a_question_until_its_answer_is_on_its_way_or_nobody_is_left_to_get_it()
    {
        var withdrawn = SampleAgent.New().Sent().Heard(SampleAgent.Permission()).Heard(new AgentNotice.Withdrew("7"));

        Assert.Single(withdrawn.Trimmed().Requests);
        Assert.Empty(withdrawn.Steps(1).Trimmed().Requests);
        Assert.Empty(withdrawn.Heard(new AgentNotice.Ended(1, null, null)).Trimmed().Requests);
    }

    [Fact]
    public void A_link_that_goes_and_comes_takes_threads_along_and_back()
    {
        var lost = SampleAgent.New().Sent().After(AgentContact.Lost, SampleAgent.Start.AddMinutes(1));
        Assert.Equal((InstanceStatus.Disconnected, ThreadStatus.Disconnected, SampleAgent.Start.AddMinutes(1)), (lost.InstanceOf().Status, lost.ThreadOf().Status, lost.InstanceOf().DisconnectedAt));
        Assert.Equal(lost.InstanceOf().DisconnectedAt, lost.After(AgentContact.Lost, SampleAgent.Start.AddMinutes(2)).InstanceOf().DisconnectedAt);

        var reached = lost.After(AgentContact.Reached, SampleAgent.Start.AddMinutes(3));

        Assert.Equal((InstanceStatus.Active, ThreadStatus.Active, null), (reached.InstanceOf().Status, reached.ThreadOf().Status, reached.InstanceOf().DisconnectedAt));
    }

    [Fact]
    public void A_process_with_nothing_to_do_is_ended_after_a_while_and_one_with_work_is_not()
    {
        var idle = SampleAgent.New().Sent().Heard(s_done);

        Assert.False(EndedIdle(idle, minutes: 29).InstanceOf().IsUnwanted);
        Assert.True(EndedIdle(idle, minutes: 31).InstanceOf().IsUnwanted);
        Assert.False(EndedIdle(SampleAgent.New().Sent(), minutes: 999).InstanceOf().IsUnwanted);
        Assert.True(EndedIdle(SampleAgent.New("a", "b").Sent().Heard(new AgentNotice.Failed(3, 1, "no", null)).After(change => TurnQueue.Hold(change, SampleAgent.Main)), minutes: 999).InstanceOf().IsUnwanted);
    }

    [Theory]
    [InlineData("Add a --json flag!", "atelier/add-a-json-flag-c0ffee")]
    [InlineData("  ", "atelier/task-c0ffee")]
    [InlineData("日本語", "atelier/task-c0ffee")]
    [InlineData("one two three four five six seven eight nine ten", "atelier/one-two-three-four-five-six-seven-eight-c0ffee")]
    [InlineData("../../etc/passwd", "atelier/etc-passwd-c0ffee")]
    public void A_branch_is_named_by_what_was_asked_and_by_whom(string request, string branch) => Assert.Equal(branch, AgentTitle.Branch(request, new AgentId("agt_c0ffee")));

    [Fact]
    public void A_title_that_is_too_long_is_cut_between_characters()
    {
        var title = AgentTitle.Fit(new string('x', AgentTitle.MaxLength - 2) + "😀😀");

        Assert.Equal(new string('x', AgentTitle.MaxLength - 2) + "…", title);
    }

    [Fact]
    public void Texts_that_rows_cannot_keep_are_kept_with_what_cannot_be_read_replaced()
    {
        Assert.Equal("a\uFFFDb\uFFFDc😀\uFFFD", "a\0b\ud800c😀\udc00".Kept());
        Assert.Equal("plain 😀", "plain 😀".Kept());
        Assert.True(JsonTexts.IsKept("😀 \uFFFD"));
    }

    [Theory]
    [InlineData("""{"options":[{"optionId":"a","kind":"allow_once"},{"optionId":"b","kind":"reject_once"}]}""", "b", null, "b")]
    [InlineData("""{"options":[{"optionId":"a","kind":"allow_once"},{"optionId":"b","kind":"reject_once"}]}""", null, "reject_once", "b")]
    [InlineData("""{"options":[{"optionId":"a","kind":"allow_once"}]}""", "z", "allow_once", null)]
    [InlineData("""{"options":[7,"x",null,{"kind":"allow_once"}]}""", null, "allow_once", null)]
    [InlineData("""{"options":{}}""", "a", null, null)]
    [InlineData("{}", "a", null, null)]
    [InlineData("null", "a", null, null)]
    [InlineData("""[1]""", "a", null, null)]
    public void A_permission_is_answered_with_one_of_its_options(string payload, string? optionId, string? kind, string? chosen)
    {
        var answer = RequestAnswer.Chosen(payload, optionId, kind);

        Assert.Equal(chosen, answer is null ? null : JsonElement.Parse(answer).GetProperty("result").GetProperty("outcome").GetProperty("optionId").GetString());
    }

    [Fact]
    public void Content_that_is_too_deep_is_no_answer()
    {
        Assert.Null(RequestAnswer.Accepted(JsonDocument.Parse(new string('[', 60) + new string(']', 60)).RootElement));
        Assert.Equal("""{"result":{"action":"accept","content":{"name":"Ada"}}}""", RequestAnswer.Accepted(JsonElement.Parse("""{"name":"Ada"}""")));
        Assert.Equal("""{"result":{"action":"accept","content":{}}}""", RequestAnswer.Accepted(content: null));
    }

    [Fact]
    public void Pieces_of_a_message_follow_each_other_and_another_one_begins_a_paragraph() => Assert.Equal("Let me look.\n\nFound it.\n\nDone.", SaidText.Of(
    [
        ("agent-message", """{"messageId":"1","content":{"type":"text","text":"Let me "}}"""),
        ("agent-message", """{"messageId":"1","content":{"type":"text","text":"look."}}"""),
        ("tool-call", """{"toolCallId":"t"}"""),
        ("agent-message", """{"messageId":"1","content":{"type":"text","text":"Found it."}}"""),
        ("agent-message", """{"messageId":"2","content":{"type":"text","text":"Done."}}"""),
        ("agent-message", """{"messageId":"2","content":{"type":"image","data":""}}"""),
        ("agent-message", "7"),
    ]));

    [Fact]
    [Trait("rule", "AG2")]
    public void An_end_that_joined_a_stretch_which_was_stored_without_it_is_taken_by_itself()
    {
        var end = new AgentNotice.Ended(1, null, null);
        var batch = new AgentBatch("wrk", 80, 90, 1, [SampleAgent.Chunk(), end]);

        Assert.Same(batch, AgentBatches.After(batch, stored: 80));
        Assert.Equal([end], AgentBatches.After(batch, stored: 90)?.Notices);
        Assert.Null(AgentBatches.After(batch, stored: 85));
        Assert.Null(AgentBatches.After(batch with { Notices = [SampleAgent.Chunk()] }, stored: 90));
    }

    [Fact]
    public void What_was_said_is_retold_from_its_newest_part_and_never_cut_within_a_character()
    {
        Assert.Null(SaidText.Retold([], most: 10));
        Assert.Contains("Person: a\n\nYou: b", SaidText.Retold(["Person: a", "You: b"], most: 100), StringComparison.Ordinal);
        Assert.Contains(":\n\nyz\n\n", SaidText.Retold(["x😀yz"], most: 3)?.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static AgentActivity ActivityOf(Agent agent) => AgentView.Of(agent.Trimmed()).Activity;

    private static Agent EndedIdle(Agent agent, double minutes) =>
        agent.After(change => AgentContact.EndIdle(change, TimeSpan.FromMinutes(30)), SampleAgent.Start.AddMinutes(minutes));
}
