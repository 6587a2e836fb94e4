using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Tests.Agents.Logins;

public sealed class LoginRulesTests
{
    private const string Methods =
        """
        [{"id":"oauth","name":"Browser"},{"id":"tty","name":"Terminal","type":"terminal","args":["login"],"env":{"A":"1","B=C":"2"}},
         {"id":"old","name":"Old","_meta":{"terminal-auth":{"command":"x","args":["in"],"label":"Log in"}}},{"id":"key","name":"Key","type":"env_var","vars":[{"name":"KEY"},{"label":"none"}]}]
        """;

    private static readonly UserId s_ada = new("usr_ada");
    private static readonly WorkerId s_terminal = new("wrk_login");
    private static readonly AgentNotice.Failed s_refused = new(2, -32000, "Authentication required", Details: null);

    private static Agent Refused => Opened().Steps(1).Heard(s_refused);

    [Fact]
    [Trait("rule", "AL22")]
    public void A_program_that_wants_a_login_holds_its_turns_and_asks_a_person()
    {
        var agent = Refused;

        Assert.Equal((TurnState.Queued, true), (agent.TurnOf("a").State, agent.ThreadOf().IsHeld));
        Assert.Equal((LoginState.Needed, "Authentication required"), (agent.InstanceOf().Login?.State, agent.InstanceOf().Login?.Problem));
        var asked = Assert.Single(agent.Requests);
        Assert.Equal((AgentRequest.Login, RequestState.Open, true), (asked.What, asked.State, asked.IsForPerson));
        Assert.Equal(4, JsonElement.Parse(asked.Payload).GetProperty("methods").GetArrayLength());
        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(agent));
        Assert.Equal(AgentActivity.NeedsYou, AgentView.Of(agent).Activity);
    }

    [Fact]
    [Trait("rule", "AL22")]
    public void A_prompt_that_is_refused_for_want_of_a_login_waits_in_its_queue()
    {
        var agent = Opened().Steps(1).Heard(new AgentNotice.ThreadOpened(2, "c1", null, null)).Steps(1).Heard(s_refused with { Sequence = 3 });

        Assert.Equal((TurnState.Queued, 2, true), (agent.TurnOf("a").State, agent.TurnOf("a").Attempt, agent.ThreadOf().IsHeld));
    }

    [Fact]
    [Trait("rule", "AL22")]
    public void A_turn_that_had_begun_fails_and_can_be_tried_again()
    {
        var agent = Opened().Steps(1).Heard(new AgentNotice.ThreadOpened(2, "c1", null, null)).Steps(1).Heard(SampleAgent.Chunk()).Heard(s_refused with { Sequence = 3 });

        Assert.Equal((TurnState.Failed, LoginState.Needed), (agent.TurnOf("a").State, agent.InstanceOf().Login?.State));
        Assert.StartsWith("The program wants somebody to log in first", agent.TurnOf("a").Problem, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "AL22")]
    public void A_login_by_the_program_is_said_once_and_what_was_held_goes_on()
    {
        var agent = Refused.After(change => Begin(change, "oauth"));
        Assert.Equal(new AgentStep.LogIn("oauth"), AgentPlan.Next(agent));
        Assert.Equal((RequestState.Answered, s_ada), (agent.Requests[0].State, agent.Requests[0].AnsweredBy));

        agent = agent.Steps(1);
        Assert.IsType<AgentStep.Wait>(AgentPlan.Next(agent));
        agent = agent.Heard(new AgentNotice.Succeeded(3, Result: null));

        Assert.Equal((null, false), (agent.InstanceOf().Login, agent.ThreadOf().IsHeld));
        Assert.IsType<AgentStep.OpenThread>(AgentPlan.Next(agent));
    }

    [Fact]
    [Trait("rule", "AL22")]
    public void A_login_that_comes_to_nothing_is_asked_for_again_with_the_reason()
    {
        var agent = Refused.After(change => Begin(change, "oauth")).Steps(1).Heard(new AgentNotice.Failed(3, -32603, "The browser was closed.", Details: null));

        Assert.Equal((LoginState.Needed, "The browser was closed."), (agent.InstanceOf().Login?.State, agent.InstanceOf().Login?.Problem));
        Assert.Equal(["Answered", "Open"], agent.Requests.Select(request => request.State.ToString()));
        Assert.True(agent.ThreadOf().IsHeld);
    }

    [Fact]
    [Trait("rule", "AL22")]
    public void A_login_is_said_to_the_next_process_when_the_one_that_was_told_is_gone()
    {
        var agent = Refused.After(change => Begin(change, "oauth")).Steps(1).Heard(new AgentNotice.Ended(ExitCode: 1, Signal: null, LastWords: null));

        Assert.IsType<AgentStep.BeginProcess>(AgentPlan.Next(agent));
        Assert.Equal(new AgentStep.LogIn("oauth"), AgentPlan.Next(OpenedAgain(agent)));
    }

    [Fact]
    [Trait("rule", "AL23")]
    public void A_login_in_a_terminal_starts_the_program_anew_when_it_went_well()
    {
        var agent = Refused.After(change => Begin(change, "tty"));
        Assert.Equal((LoginState.InTerminal, s_terminal), (agent.InstanceOf().Login?.State, agent.InstanceOf().Login?.Terminal));
        Assert.Contains(EffectPlanOf(agent), effect => effect is Atelier.Server.Agents.Effects.AgentEffect.LogIn { Terminal: var at } && at == s_terminal);

        agent = agent.After(change => LoginRules.TerminalEnded(change, s_terminal, exitCode: 0, problem: null, NewRequest));

        Assert.Equal((null, true, false), (agent.InstanceOf().Login, agent.InstanceOf().IsUnwanted, agent.ThreadOf().IsHeld));
        Assert.Equal(s_terminal, Assert.Single(agent.Terminals).Id);
    }

    [Theory]
    [Trait("rule", "AL23")]
    [InlineData(1, null, "The login ended with exit code 1.")]
    [InlineData(null, null, "The login was ended.")]
    [InlineData(null, "There is no x.", "There is no x.")]
    public void A_login_in_a_terminal_that_went_wrong_is_asked_for_again(int? exitCode, string? problem, string expected)
    {
        var agent = Refused.After(change => Begin(change, "old")).After(change => LoginRules.TerminalEnded(change, s_terminal, exitCode, problem, NewRequest));

        Assert.Equal((LoginState.Needed, expected, false), (agent.InstanceOf().Login?.State, agent.InstanceOf().Login?.Problem, agent.InstanceOf().IsUnwanted));
    }

    [Fact]
    [Trait("rule", "AL23")]
    public void Another_try_ends_the_terminal_of_the_one_before()
    {
        var agent = Refused.After(change => Begin(change, "tty")).After(change => Begin(change, "oauth"));
        agent = agent.After(change => LoginRules.TerminalEnded(change, s_terminal, exitCode: 0, problem: null, NewRequest));

        Assert.Equal(LoginState.Authenticating, agent.InstanceOf().Login?.State);
        Assert.Contains(EffectPlanOf(agent), effect => effect is Atelier.Server.Agents.Effects.AgentEffect.EndTerminal { Terminal: var at } && at == s_terminal);
    }

    [Fact]
    [Trait("rule", "AL22")]
    public void Whoever_has_logged_in_elsewhere_gets_a_new_process()
    {
        var agent = Refused.After(change => Begin(change, method: null));

        Assert.Equal((null, true), (agent.InstanceOf().Login, agent.InstanceOf().IsUnwanted));
        Assert.IsType<AgentStep.EndProcess>(AgentPlan.Next(agent));
    }

    [Fact]
    [Trait("rule", "AL22")]
    public void Variables_and_what_is_not_offered_are_no_login()
    {
        var change = Refused.Changing();

        Assert.Equal(["KEY"], Assert.IsType<LoginReply.NeedsVariables>(LoginRules.Begin(change, "key", s_ada, s_terminal)).Names);
        Assert.IsType<LoginReply.NotOffered>(LoginRules.Begin(change, "none", s_ada, s_terminal));
        Assert.True(change.IsEmpty);
    }

    [Fact]
    [Trait("rule", "AL22")]
    public void A_message_that_comes_while_a_login_is_needed_waits_and_its_sender_is_told_so()
    {
        var change = Refused.Changing();

        TurnQueue.Add(change, SampleAgent.NewTurn("b", 9), interrupts: false, maxQueued: 9);

        Assert.True(change.Agent.ThreadOf().IsHeld);
        var told = change.Events.Where(one => one.Kind == "work-session-changed").Select(one => JsonElement.Parse(one.Payload).GetProperty("workSession").GetProperty("thread").GetProperty("isHeld").GetBoolean());
        Assert.True(told.Last());
    }

    [Fact]
    [Trait("rule", "AL22")]
    public void An_agent_that_is_over_asks_nobody_to_log_in()
    {
        var agent = Refused.After(change => WorkSessionRules.EndAll(change, AgentStatus.Cancelled));

        Assert.Equal((null, RequestState.Withdrawn), (agent.InstanceOf().Login, agent.Requests[0].State));
        Assert.Equal(InstanceStatus.Completed, agent.InstanceOf().Status);
    }

    [Fact]
    [Trait("rule", "AL22")]
    public void A_conversation_whose_opening_wants_a_login_is_not_lost()
    {
        var agent = SampleAgent.New().Sent().Heard(new AgentNotice.Ended(ExitCode: 1, Signal: null, LastWords: null)).After(change => TurnQueue.Retry(change, new TurnId("a"), 9))
            .Opened().Steps(1).Heard(s_refused);

        Assert.Equal(("c1", false), (agent.ThreadOf().ProgramThreadId, agent.ThreadOf().NeedsHistory));
    }

    [Fact]
    [Trait("rule", "AL22")]
    public void A_person_may_log_out_where_the_program_can()
    {
        var agent = Opened().After(change => Assert.IsType<LoginReply.Begun>(LoginRules.LogOut(change)));
        Assert.IsType<AgentStep.LogOut>(AgentPlan.Next(agent));

        Assert.Null(agent.Steps(1).Heard(new AgentNotice.Succeeded(2, Result: null)).InstanceOf().Login);
        Assert.IsType<LoginReply.NotOffered>(LoginRules.LogOut(SampleAgent.New().Opened().Changing()));
    }

    [Fact]
    [Trait("rule", "AL23")]
    public void A_method_is_read_with_what_programs_write_into_it()
    {
        var terminal = Assert.IsType<LoginMethod.InTerminal>(LoginMethod.Find(Methods, "tty"));
        Assert.Equal((null, "login", "1", 1), (terminal.Command, Assert.Single(terminal.Arguments), terminal.Environment["A"], terminal.Environment.Count));
        var old = Assert.IsType<LoginMethod.InTerminal>(LoginMethod.Find(Methods, "old"));
        Assert.Equal(("x", "in"), (old.Command, Assert.Single(old.Arguments)));
        Assert.IsType<LoginMethod.ByProgram>(LoginMethod.Find("""[7,{"id":7},{"id":"a","type":null,"name":null}]""", "a"));
        Assert.Null(LoginMethod.Find("""{"id":"a"}""", "a"));
    }

    private static Agent Opened() => SampleAgent.New().Started().Steps(1).Heard(Program());

    private static Agent OpenedAgain(Agent agent) =>
        (agent with { Instance = agent.InstanceOf().Starting(SampleAgent.Start) with { IsStarted = true } }).Steps(1).Heard(Program());

    private static AgentNotice.Opened Program() => new(
        1, new AgentAbilities("Fake", "1", Loads: true, Resumes: true, Closes: false, TakesImages: false, TakesResources: false, McpHttp: false, JsonElement.Parse(Methods)) { LogsOut = true });

    private static void Begin(AgentChange change, string? method) => Assert.IsType<LoginReply.Begun>(LoginRules.Begin(change, method, s_ada, s_terminal));

    private static IReadOnlyList<Atelier.Server.Agents.Effects.AgentEffect> EffectPlanOf(Agent agent) => Atelier.Server.Agents.Effects.EffectPlan.Of(agent);

    private static RequestId NewRequest() => new("req_again");
}
