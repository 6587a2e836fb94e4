using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Threads;

namespace Atelier.Server.Tests.Agents.Threads;

public sealed class ThreadSettingRulesTests
{
    private const string ModesThereAre = """{"currentModeId":"ask","availableModes":[{"id":"ask"},{"id":"code"}]}""";
    private const string OptionsThereAre = """[{"id":"model","type":"select","currentValue":"small"},{"id":"fast","type":"boolean","currentValue":false}]""";

    [Fact]
    [Trait("rule", "AL21")]
    public void A_mode_that_is_wanted_is_said_when_the_thread_is_open_and_before_what_is_asked()
    {
        var waiting = SampleAgent.New().Wanting("code").Opened();
        Assert.IsType<AgentStep.OpenThread>(AgentPlan.Next(waiting));

        var open = Open(waiting.Steps(1), 2);
        Assert.Equal(new AgentStep.Set(open.ThreadOf().Id, "mode"), AgentPlan.Next(open));

        var set = open.Steps(1);
        Assert.IsType<AgentStep.Prompt>(AgentPlan.Next(set));
        Assert.Equal("code", set.Heard(new AgentNotice.Succeeded(3, Result: null)).ThreadOf().Settings.CurrentModeId);
    }

    [Fact]
    [Trait("rule", "AL21")]
    public void What_the_program_has_already_is_not_said() =>
        Assert.IsType<AgentStep.Prompt>(AgentPlan.Next(Open(SampleAgent.New().Wanting("ask").Opened().Steps(1), 2)));

    [Fact]
    [Trait("rule", "AL21")]
    public void What_was_set_is_set_again_in_another_process()
    {
        var agent = Open(SampleAgent.New().Wanting("code").Opened().Steps(1), 2).Steps(1).Heard(new AgentNotice.Succeeded(3, Result: null));
        Assert.Null(agent.ThreadOf().Settings.NextKey);

        var again = Open(agent.Heard(new AgentNotice.Ended(ExitCode: 1, Signal: null, LastWords: null)).Opened().Steps(1), 2, id: null);

        Assert.Equal(new AgentStep.Set(again.ThreadOf().Id, "mode"), AgentPlan.Next(again));
    }

    [Fact]
    [Trait("rule", "AL21")]
    public void What_the_program_changes_itself_is_wanted_from_then_on()
    {
        var agent = Open(SampleAgent.New().Wanting("code").Opened().Steps(1), 2).Steps(1).Heard(new AgentNotice.Succeeded(3, Result: null))
            .Heard(new AgentNotice.Said("c1", "mode", JsonElement.Parse("""{"currentModeId":"ask"}""")));

        Assert.Null(agent.ThreadOf().Settings.NextKey);
        Assert.Equal("ask", agent.ThreadOf().Settings.Wishes["mode"].Value.Text);
    }

    [Fact]
    [Trait("rule", "AL21")]
    public void What_the_program_said_before_it_heard_a_wish_does_not_undo_it()
    {
        var agent = Open(SampleAgent.New().Opened().Steps(1), 2).Wanting("code")
            .Heard(new AgentNotice.Said("c1", "mode", JsonElement.Parse("""{"currentModeId":"ask"}""")));

        Assert.Equal("mode", agent.ThreadOf().Settings.NextKey);
    }

    [Fact]
    [Trait("rule", "AL21")]
    public void What_the_program_refuses_is_told_and_wanted_no_more()
    {
        var change = Open(SampleAgent.New().Wanting("code").Opened().Steps(1), 2).Steps(1).Changing();

        AgentNotices.Take(change, epoch: 1, new AgentNotice.Failed(3, Code: -32603, "Not today.", Details: null), () => default);

        Assert.Empty(change.Agent.ThreadOf().Settings.Wishes);
        Assert.Equal("""{"setting":"mode","value":"code","problem":"Not today."}""", change.Events.Single(one => one.Kind == EventKinds.SettingRefused).Payload);
    }

    [Fact]
    [Trait("rule", "AL21")]
    public void What_the_program_does_not_offer_is_wanted_no_more() =>
        Assert.Empty(Open(SampleAgent.New().Wanting("plan").Opened().Steps(1), 2).ThreadOf().Settings.Wishes);

    [Fact]
    [Trait("rule", "AL21")]
    public void A_wish_that_changes_while_it_is_being_set_is_set_again()
    {
        var agent = Open(SampleAgent.New().Wanting("code").Opened().Steps(1), 2).Steps(1).Wanting("ask").Heard(new AgentNotice.Succeeded(3, Result: null));

        Assert.Equal("ask", agent.ThreadOf().Settings.Wishes["mode"].Value.Text);
        Assert.Equal("mode", agent.ThreadOf().Settings.NextKey);
    }

    [Fact]
    [Trait("rule", "AL21")]
    public void Options_are_set_one_after_the_other_and_are_as_the_program_says_then()
    {
        var agent = Open(
            SampleAgent.New()
                .After(change => ThreadSettingRules.Want(change, SampleAgent.Main, ThreadSettings.KeyOf("fast"), new SettingValue(Text: null, IsOn: true)))
                .After(change => ThreadSettingRules.Want(change, SampleAgent.Main, ThreadSettings.KeyOf("model"), new SettingValue("large", IsOn: null)))
                .Opened().Steps(1),
            2).Steps(1);
        Assert.IsType<AgentStep.Prompt>(AgentPlan.Next(agent));

        agent = agent.Heard(new AgentNotice.Succeeded(3, Result: null));
        Assert.Equal(new SettingValue(Text: null, IsOn: true), agent.ThreadOf().Settings.Current(ThreadSettings.KeyOf("fast")));
        agent = agent.Steps(1).Heard(new AgentNotice.Succeeded(4, JsonElement.Parse("""{"configOptions":[{"id":"model","currentValue":"small"}]}""")));

        Assert.DoesNotContain(ThreadSettings.KeyOf("model"), agent.ThreadOf().Settings.Wishes.Keys);
        Assert.Null(agent.ThreadOf().Settings.NextKey);
    }

    [Fact]
    [Trait("rule", "AL21")]
    public void Commands_modes_and_options_are_shown_as_the_program_said_them()
    {
        var agent = Open(SampleAgent.New().Opened().Steps(1), 2).Wanting("code")
            .Heard(new AgentNotice.Said("c1", "commands", JsonElement.Parse("""{"availableCommands":[{"name":"plan"}]}""")));

        var view = WorkSessionView.Of(agent.WorkSessions[0], agent);

        Assert.Equal(
            ("""[{"id":"ask"},{"id":"code"}]""", "ask", "code", OptionsThereAre, """[{"name":"plan"}]"""),
            (view.Modes?.Text, view.CurrentModeId, view.WantedModeId, view.ConfigOptions?.Text, view.Commands?.Text));
        Assert.Equal(view, WorkSessionView.Of(agent.WorkSessions[0], agent));
    }

    private static Agent Open(Agent agent, long sequence, string? id = "c1") =>
        agent.Heard(new AgentNotice.ThreadOpened(sequence, id, JsonElement.Parse(ModesThereAre), JsonElement.Parse(OptionsThereAre)));
}

internal static class WantingAgents
{
    public static Agent Wanting(this Agent agent, string mode) =>
        agent.After(change => ThreadSettingRules.Want(change, SampleAgent.Main, ThreadSettings.ModeKey, new SettingValue(mode, IsOn: null)));
}
