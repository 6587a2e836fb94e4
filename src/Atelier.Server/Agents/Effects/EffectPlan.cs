using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Terminals;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Effects;

/// <summary>Says what is to be done for an agent's program, from its record alone; pure.</summary>
internal static class EffectPlan
{
    /// <summary>All that can be begun now: one of each lane.</summary>
    public static IReadOnlyList<AgentEffect> Of(Agent agent)
    {
        var lanes = new HashSet<string>(StringComparer.Ordinal);
        var effects = new List<AgentEffect>();
        var epoch = agent.Instance is { HasProcess: true } instance ? instance.Epoch : 0;
        var open = agent.Requests.Where(request => request is { State: RequestState.Open, IsEffect: true } && (request.Epoch == epoch || request.Epoch == AgentRequest.OfNoProcess));

        // A terminal that is let go is ended, also when nobody asks for that.
        foreach (var request in open.Where(request => request.What != AgentRequest.TerminalRelease))
        {
            if (LaneOf(request) is var lane && lanes.Add(lane))
            {
                effects.Add(new AgentEffect.Perform(request.Id, lane, request.What == AgentRequest.TerminalWait));
            }
        }

        if (agent.Instance?.Login?.Terminal is { } login && lanes.Add(LaneOf(login)))
        {
            effects.Add(new AgentEffect.LogIn(login));
        }

        foreach (var terminal in agent.Terminals.Where(terminal => terminal.ReleasedAt is not null && lanes.Add(LaneOf(terminal.Id))))
        {
            if (!terminal.IsEnded)
            {
                effects.Add(new AgentEffect.EndTerminal(terminal.Id));
            }
            else if (terminal.IsForgotten)
            {
                effects.Add(new AgentEffect.RemoveTerminal(terminal.Id));
            }
        }

        return effects;
    }

    public static string LaneOf(WorkerId terminal) => $"terminal {terminal}";

    /// <summary>What a program asks of one file, or of one terminal, is done in its order; waiting holds up nothing.</summary>
    private static string LaneOf(AgentRequest request) => request.What switch
    {
        AgentRequest.TerminalWait => $"wait {request.Id}",
        AgentRequest.ListFiles or AgentRequest.SearchText => $"look {request.Id}",
        AgentRequest.TerminalCreate => LaneOf(AgentTerminal.IdFor(request.Id)),
        AgentRequest.TerminalOutput or AgentRequest.TerminalKill => $"terminal {EffectRules.TextIn(request, "terminalId")}",
        _ => $"file {EffectRules.TextIn(request, "path")}",
    };
}
