using Atelier.Server.Agents.Conversations;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents;

/// <summary>Says what is to be done next for an agent, from its record alone; there is no other place from which a command comes.</summary>
internal static class AgentPlan
{
    public static AgentStep Next(Agent agent)
    {
        if (agent is { IsOver: false, Place.Path: null })
        {
            return new AgentStep.MakePlace();
        }

        if (agent.Instance is not { } instance)
        {
            return new AgentStep.Wait();
        }

        if (!instance.HasProcess)
        {
            return !agent.IsOver && NeedsProcess(agent, instance)
                ? new AgentStep.BeginProcess()
                : new AgentStep.Wait();
        }

        if (instance.IsUnwanted)
        {
            return new AgentStep.EndProcess();
        }

        return !instance.IsStarted ? new AgentStep.StartProcess()
            : instance.OpeningSequence is null ? new AgentStep.Open()
            : instance.Abilities is null ? new AgentStep.Wait()
            : Speak(agent, instance);
    }

    private static AgentStep Speak(Agent agent, AgentInstance instance)
    {
        if (agent.Turns.Find(turn => turn is { IsInFlight: true, CancelRequestedAt: not null, IsCancelSent: false } && turn.Epoch == instance.Epoch && MayCancel(agent, turn, instance)) is { } cancelled)
        {
            return new AgentStep.Cancel(cancelled.Id);
        }

        if (agent.Requests.Find(request => request is { Answer: not null, IsAnswerSent: false } && request.Epoch == instance.Epoch) is { } answered)
        {
            return new AgentStep.Answer(answered.Id);
        }

        if (instance.Login is { IsToBeSaid: true } login)
        {
            return login.State == LoginState.LoggingOut ? new AgentStep.LogOut() : new AgentStep.LogIn(login.MethodId ?? "");
        }

        if (ConversationRules.ToClose(agent) is { } closed)
        {
            return new AgentStep.CloseThread(closed.Id);
        }

        if (instance is { Conversations: { IsWanted: true, Sequence: null } list, Login: null })
        {
            return new AgentStep.List(list.Cursor);
        }

        if (agent.Threads.Find(thread => thread.OpenEpoch == instance.Epoch && thread.Settings.NextKey is not null) is { Settings.NextKey: { } key } set)
        {
            return new AgentStep.Set(set.Id, key);
        }

        foreach (var thread in agent.Threads)
        {
            if (agent.InFlight(thread.WorkSessionId) is { } running && running.Epoch == instance.Epoch && IsToBeOpenedAgain(thread, instance))
            {
                return new AgentStep.OpenThread(thread.Id, HowToOpen(thread, instance));
            }

            if (IsToTakeUp(agent, thread) && thread.OpeningSequence is null)
            {
                return new AgentStep.OpenThread(thread.Id, HowToOpen(thread, instance));
            }

            if (agent.InFlight(thread.WorkSessionId) is not null || agent.Queue(thread.WorkSessionId).FirstOrDefault() is not { } head || !MayGoOn(agent, head))
            {
                continue;
            }

            if (thread.OpenEpoch == instance.Epoch)
            {
                return new AgentStep.Prompt(thread.Id, head.Id);
            }

            if (thread.OpeningSequence is null)
            {
                return new AgentStep.OpenThread(thread.Id, HowToOpen(thread, instance));
            }
        }

        return new AgentStep.Wait();
    }

    /// <summary>Whether a conversation that is known is not open in the process, as after a connection that the program itself had to make again.</summary>
    private static bool IsToBeOpenedAgain(AgentThread thread, AgentInstance instance) =>
        thread is { ProgramThreadId: not null, OpeningSequence: null } && thread.OpenEpoch != instance.Epoch;

    /// <summary>What is to be opened again is opened first: what is not told of a turn might have ended it.</summary>
    private static bool MayCancel(Agent agent, Turn turn, AgentInstance instance) =>
        agent.ThreadOf(turn.WorkSessionId) is not { ProgramThreadId: not null } thread || thread.OpenEpoch == instance.Epoch;

    private static ThreadOpening HowToOpen(AgentThread thread, AgentInstance instance) => thread.ProgramThreadId is null ? ThreadOpening.New
        : thread.TakesUp && instance.Abilities is { Loads: true } ? ThreadOpening.Load
        : instance.Abilities is { Resumes: true } ? ThreadOpening.Resume
        : instance.Abilities is { Loads: true } ? ThreadOpening.Load
        : ThreadOpening.New;

    private static bool NeedsProcess(Agent agent, AgentInstance instance) =>
        agent.Turns.Exists(turn => MayGoOn(agent, turn)) || instance.Login is { IsToBeSaid: true }
        || (instance.Login is null && (instance.Conversations.IsWanted || agent.Threads.Exists(thread => IsToTakeUp(agent, thread))));

    /// <summary>Whether a conversation that began elsewhere is to be opened, so that people see what was said in it.</summary>
    private static bool IsToTakeUp(Agent agent, AgentThread thread) =>
        thread is { TakesUp: true, ProgramThreadId: not null, IsHeld: false } && agent.Find(thread.WorkSessionId) is { IsOver: false };

    /// <summary>Whether a turn is queued and nothing keeps its queue.</summary>
    public static bool MayGoOn(Agent agent, Turn turn) =>
        turn.State == TurnState.Queued && agent.ArchivedAt is null && agent.Budget is null or { Holds: false } && agent.Find(turn.WorkSessionId) is { IsOver: false } && agent.ThreadOf(turn.WorkSessionId) is { IsHeld: false };
}
