using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Terminals;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Tests.Agents.Effects;

public sealed class EffectRulesTests
{
    private readonly EffectAgent _agent = new();

    private IEnumerable<string> Planned => EffectPlan.Of(_agent.Agent).Select(effect => effect switch
    {
        AgentEffect.Perform perform => perform.Request.Value,
        AgentEffect.EndTerminal end => $"end {end.Terminal}",
        AgentEffect.RemoveTerminal remove => $"remove {remove.Terminal}",
        _ => "",
    });

    [Fact]
    [Trait("rule", "AL13")]
    public void What_a_program_wants_done_is_planned_until_it_is_answered_and_then_the_answer_is()
    {
        var request = _agent.Ask("read-file", new { path = "/work/agent/a" });
        Assert.Equal([request.Id.Value], Planned);
        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(_agent.Agent));

        EffectRules.Performed(_agent.Change, request.Id, new EffectReply("""{"content":"x"}""", Seen: "h"));

        Assert.Empty(Planned);
        Assert.Equal(new AgentStep.Answer(request.Id), AgentPlan.Next(_agent.Agent));
        Assert.Equal("""{"result":{"content":"x"}}""", _agent.Of(request.Id).Answer);
        Assert.Equal([new SeenFile(_agent.Agent.Threads[0].Id, "/work/agent/a", "h")], _agent.Change.Seen);
    }

    [Fact]
    [Trait("rule", "AL13")]
    public void What_is_wanted_of_one_file_is_done_in_its_order_and_other_things_beside_it()
    {
        var write = _agent.Ask("write-file", new { path = "/work/agent/a", content = "x" });
        var read = _agent.Ask("read-file", new { path = "/work/agent/a" });
        var other = _agent.Ask("read-file", new { path = "/work/agent/b" });
        Assert.Equal([write.Id.Value, other.Id.Value], Planned);

        EffectRules.Performed(_agent.Change, write.Id, new EffectReply("{}"));

        Assert.Equal([read.Id.Value, other.Id.Value], Planned);
    }

    [Fact]
    [Trait("rule", "AL18")]
    public void Waiting_for_an_exit_holds_up_nothing()
    {
        var terminal = NewTerminal();
        var wait = _agent.Ask("terminal-wait-for-exit", new { terminalId = terminal });
        var again = _agent.Ask("terminal-wait-for-exit", new { terminalId = terminal });
        var output = _agent.Ask("terminal-output", new { terminalId = terminal });

        Assert.Equal([wait.Id.Value, again.Id.Value, output.Id.Value], Planned);
    }

    [Fact]
    [Trait("rule", "AL17")]
    public void The_id_of_a_terminal_follows_from_the_question_so_that_twice_is_once() =>
        Assert.Equal(AgentTerminal.IdFor(new RequestId("req_0a1b")), AgentTerminal.IdFor(new RequestId("req_0a1b")));

    [Fact]
    [Trait("rule", "AL19")]
    public void Terminals_that_a_program_does_not_hold_are_not_found_and_break_nothing()
    {
        foreach (var what in (string[])["terminal-output", "terminal-wait-for-exit", "terminal-kill", "terminal-release"])
        {
            Assert.Equal(-32002, _agent.ErrorOf(_agent.Ask(what, new { terminalId = "wrk_1" })));
            Assert.Equal(-32002, _agent.ErrorOf(_agent.Ask(what, new { })));
            Assert.Equal(-32002, _agent.ErrorOf(_agent.Ask(what, new { terminalId = 7 })));
        }

        Assert.Empty(Planned);
        Assert.Equal(TurnState.Running, _agent.Agent.Find(EffectAgent.Turn)?.State);
    }

    [Fact]
    [Trait("rule", "AL19")]
    public void A_terminal_that_is_released_is_ended_and_then_that_is_answered_and_its_tab_stays_a_while()
    {
        var terminal = NewTerminal();
        var release = _agent.Ask("terminal-release", new { terminalId = terminal });
        Assert.Equal([$"end {terminal}"], Planned);
        Assert.Equal(-32002, _agent.ErrorOf(_agent.Ask("terminal-output", new { terminalId = terminal })));

        EffectRules.TerminalEnded(_agent.Change, new(terminal));
        Assert.Equal("""{"result":{}}""", _agent.Of(release.Id).Answer);
        Assert.Empty(Planned);

        EffectRules.Forget(_agent.Change, after: TimeSpan.FromMinutes(1), most: 1);
        Assert.Empty(Planned);
        EffectRules.Forget(_agent.Change, after: TimeSpan.Zero, most: 1);
        Assert.Equal([$"remove {terminal}"], Planned);

        EffectRules.TerminalRemoved(_agent.Change, new(terminal));
        Assert.Empty(_agent.Agent.Terminals);
    }

    [Fact]
    [Trait("rule", "AL19")]
    public void Of_many_released_terminals_only_the_last_ones_keep_their_tabs()
    {
        var terminals = Enumerable.Range(0, 5).Select(_ => NewTerminal()).ToList();
        foreach (var terminal in terminals)
        {
            _agent.Ask("terminal-release", new { terminalId = terminal });
            EffectRules.TerminalEnded(_agent.Change, new(terminal));
        }

        EffectRules.Forget(_agent.Change, after: TimeSpan.FromDays(1), most: 3);

        Assert.Equal(2, Planned.Count(planned => planned.StartsWith("remove", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("rule", "AL19")]
    public void A_killed_terminal_keeps_its_id()
    {
        var terminal = NewTerminal();
        var kill = _agent.Ask("terminal-kill", new { terminalId = terminal });
        EffectRules.Performed(_agent.Change, kill.Id, new EffectReply("{}"));

        Assert.Null(_agent.ErrorOf(_agent.Ask("terminal-output", new { terminalId = terminal })));
    }

    [Fact]
    [Trait("rule", "AL19")]
    [Trait("behaviour", "137")]
    public void The_terminals_of_a_process_that_is_gone_are_ended_and_what_it_wanted_is_void()
    {
        var terminal = NewTerminal();
        var wait = _agent.Ask("terminal-wait-for-exit", new { terminalId = terminal });

        _agent.Say(new AgentNotice.Ended(ExitCode: 1, Signal: null, LastWords: null));

        Assert.Equal(RequestState.Void, _agent.Of(wait.Id).State);
        Assert.Equal([$"end {terminal}"], Planned);
    }

    [Fact]
    [Trait("rule", "AL20")]
    public void A_cancelled_turn_gives_up_what_it_wants_but_not_what_cleans_up()
    {
        var terminal = NewTerminal();
        var read = _agent.Ask("read-file", new { path = "/work/agent/a" });
        var write = _agent.Ask("write-file", new { path = "/work/agent/b", content = "" });
        var create = _agent.Ask("terminal-create", new { command = "ls" });
        var wait = _agent.Ask("terminal-wait-for-exit", new { terminalId = terminal });
        var output = _agent.Ask("terminal-output", new { terminalId = terminal });

        TurnQueue.Cancel(_agent.Change, EffectAgent.Turn);
        var late = _agent.Ask("write-file", new { path = "/work/agent/c", content = "" });
        var kill = _agent.Ask("terminal-kill", new { terminalId = terminal });

        Assert.All([read, write, create, wait, late], request => Assert.Equal(-32800, _agent.ErrorOf(request)));
        Assert.Equal([RequestState.Open, RequestState.Open], [_agent.Of(output.Id).State, _agent.Of(kill.Id).State]);
        Assert.Equal([output.Id.Value, $"end {AgentTerminal.IdFor(create.Id)}"], Planned);
    }

    [Fact]
    [Trait("rule", "AL20")]
    public void What_a_program_withdraws_is_done_no_more_and_answered_all_the_same()
    {
        var create = _agent.Ask("terminal-create", new { command = "ls" });

        _agent.Say(new AgentNotice.Withdrew(create.ProgramRequestId));
        EffectRules.Performed(_agent.Change, create.Id, new EffectReply("{}"));

        Assert.Equal(-32800, _agent.ErrorOf(create));
        Assert.Equal([$"end {AgentTerminal.IdFor(create.Id)}"], Planned);
    }

    [Fact]
    [Trait("rule", "AL20")]
    public void What_is_being_done_when_a_turn_ends_well_is_done()
    {
        var write = _agent.Ask("write-file", new { path = "/work/agent/b", content = "" });

        _agent.Say(new AgentNotice.TurnEnded(Sequence: 3, "end_turn", Usage: null));

        Assert.Equal([write.Id.Value], Planned);
    }

    [Theory]
    [InlineData("past-end", -32602)]
    [InlineData("outside", -32602)]
    [InlineData("changed", -32602)]
    [InlineData("not-found", -32002)]
    [InlineData("io", -32603)]
    [Trait("rule", "AL15")]
    [Trait("behaviour", "124")]
    public void A_refusal_has_the_number_that_the_protocol_has_for_it(string code, int expected)
    {
        var read = _agent.Ask("read-file", new { path = "/work/agent/a", line = 99 });

        EffectRules.Refused(_agent.Change, read.Id, code, "It cannot be.");

        Assert.Equal(expected, _agent.ErrorOf(read));
    }

    [Fact]
    [Trait("rule", "AL15")]
    public void To_gemini_a_file_that_is_not_there_is_empty()
    {
        var gemini = new EffectAgent("gemini-cli");
        var read = gemini.Ask("read-file", new { path = "/work/agent/a" });
        var past = gemini.Ask("read-file", new { path = "/work/agent/b", line = 99 });

        EffectRules.Refused(gemini.Change, read.Id, "not-found", "There is no file.");
        EffectRules.Refused(gemini.Change, past.Id, "past-end", "Past the end.");

        Assert.Equal("""{"result":{"content":""}}""", gemini.Of(read.Id).Answer);
        Assert.Equal(-32602, gemini.ErrorOf(past));
    }

    [Theory]
    [InlineData("read-file", "{}")]
    [InlineData("write-file", """{"path":"/work/agent/a"}""")]
    [InlineData("terminal-create", """{"command":""}""")]
    [InlineData("terminal-create", """{"command":"ls","args":[1]}""")]
    [InlineData("terminal-create", """{"command":"ls","env":[{"name":"A=B","value":"x"}]}""")]
    [Trait("rule", "AL13")]
    public void What_lacks_what_it_needs_is_refused_at_once(string what, string payload)
    {
        Assert.Equal(-32602, _agent.ErrorOf(_agent.Ask(what, System.Text.Json.JsonElement.Parse(payload))));
        Assert.Empty(Planned);
    }

    [Fact]
    [Trait("rule", "AL13")]
    public void What_was_done_is_told_without_contents()
    {
        var write = _agent.Ask("write-file", new { path = "/work/agent/a", content = "secret" });
        EffectRules.Performed(_agent.Change, write.Id, new EffectReply("{}"));

        var told = Assert.Single(_agent.Change.Events, one => one.Kind == EventKinds.Served);
        Assert.Equal("""{"requestId":"req_1","what":"write-file","path":"/work/agent/a"}""", told.Payload);
        Assert.DoesNotContain(_agent.Change.Events, one => one.Payload.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("behaviour", "138")]
    public void What_is_wanted_in_a_conversation_that_nobody_knows_is_done_without_it()
    {
        _agent.Say(new AgentNotice.Asked("9", "nobody", "read-file", System.Text.Json.JsonSerializer.SerializeToElement(new { path = "/work/agent/a" })), new RequestId("req_9"));
        EffectRules.Performed(_agent.Change, new RequestId("req_9"), new EffectReply("{}", Seen: "h"));

        Assert.Empty(_agent.Change.Seen);
        Assert.Null(_agent.ErrorOf(_agent.Of(new RequestId("req_9"))));
    }

    private string NewTerminal()
    {
        var create = _agent.Ask("terminal-create", new { command = "make", args = new[] { "all" } });
        var id = AgentTerminal.IdFor(create.Id).Value;
        EffectRules.Performed(_agent.Change, create.Id, new EffectReply($$"""{"terminalId":"{{id}}"}"""));
        return id;
    }
}
