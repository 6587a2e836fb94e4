using System.Collections.Immutable;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents.Threads;

namespace Atelier.Server.Agents.Conversations;

/// <summary>The rules of a program's own conversations: to list them, to take one up, to let go of one and to forget it; pure.</summary>
internal static class ConversationRules
{
    private const int MaxTextLength = 500;

    /// <summary>A person wants to know which there are; gives the number of the try that will say so.</summary>
    public static int? Want(AgentChange change)
    {
        if (change.Agent is not { IsOver: false, Instance: { } instance })
        {
            return null;
        }

        if (!instance.Conversations.IsWanted)
        {
            Save(change, instance.Conversations with { IsWanted = true, Sequence = null, Cursor = null, Pages = 0, Coming = [] });
            if (instance.Abilities is { } abilities)
            {
                Opened(change, abilities);
            }
        }

        return instance.Conversations.Tries + 1;
    }

    /// <summary>The process has said what it can do.</summary>
    public static void Opened(AgentChange change, AgentAbilities abilities)
    {
        if (!abilities.Lists)
        {
            GiveUp(change, "The program cannot say which conversations it knows.");
        }
    }

    /// <summary>The program is asked for a page.</summary>
    public static void Asked(AgentChange change, long sequence)
    {
        if (change.Agent.Instance is { } instance)
        {
            Save(change, instance.Conversations with { Sequence = sequence });
        }
    }

    /// <summary>A page has come.</summary>
    public static void Listed(AgentChange change, AgentNotice.ThreadsListed page)
    {
        if (change.Agent.Instance?.Conversations is not { IsWanted: true } known || known.Sequence != page.Sequence)
        {
            return;
        }

        var coming = known.Coming.AddRange(page.Threads.Where(IsKept).Select(Fit));
        coming = coming.Count > ProgramConversations.Most ? coming.GetRange(0, ProgramConversations.Most) : coming;
        var isWhole = page.Cursor is null || page.Cursor == known.Cursor || !JsonTexts.IsKept(page.Cursor)
            || known.Pages + 1 >= ProgramConversations.MostPages || coming.Count >= ProgramConversations.Most;
        Save(change, isWhole
            ? known with { IsWanted = false, Sequence = null, Cursor = null, Pages = 0, Coming = [], Known = coming, ListedAt = change.Now, Problem = null, Tries = known.Tries + 1 }
            : known with { Sequence = null, Cursor = page.Cursor, Pages = known.Pages + 1, Coming = coming });
    }

    /// <summary>A list that somebody waits for will not come.</summary>
    public static void GiveUp(AgentChange change, string problem)
    {
        if (change.Agent.Instance?.Conversations is { IsWanted: true } known)
        {
            Save(change, known with { IsWanted = false, Sequence = null, Cursor = null, Pages = 0, Coming = [], Problem = problem, Tries = known.Tries + 1 });
        }
    }

    /// <summary>A command was answered, well or not; says whether it was one of these.</summary>
    public static bool Answered(AgentChange change, long sequence, string? problem)
    {
        if (change.Agent.Instance?.Conversations is not { } known)
        {
            return false;
        }

        if (known.Forgetting.Contains(sequence))
        {
            Save(change, known with { Forgetting = known.Forgetting.Remove(sequence) });
            return true;
        }

        if (known.Sequence != sequence || problem is null)
        {
            return false;
        }

        GiveUp(change, problem);
        return true;
    }

    /// <summary>Whether a conversation may be taken up: no other line of work that is not over has it.</summary>
    public static bool IsFree(Agent agent, string conversation) => !agent.Threads.Exists(thread => IsTaken(agent, thread, conversation));

    /// <summary>The agent without that conversation in lines of work that are over.</summary>
    public static Agent WithoutConversation(Agent agent, string conversation) => agent with
    {
        Threads = agent.Threads.ConvertAll(thread => thread.ProgramThreadId == conversation && !IsTaken(agent, thread, conversation)
            ? thread with { ProgramThreadId = null, NeedsHistory = true, OpenEpoch = 0 }
            : thread),
    };

    /// <summary>The program is told to forget the agent's conversations; says whether it was told anything.</summary>
    public static bool Forget(AgentChange change)
    {
        if (change.Agent.Instance is not { HasProcess: true, IsUnwanted: false, Abilities.Deletes: true })
        {
            return false;
        }

        var forgetting = change.Agent.Threads.Select(thread => thread.ProgramThreadId).OfType<string>()
            .Select(conversation => change.Say(new AgentCommand.DeleteThread(conversation))).ToImmutableList();
        if (forgetting.IsEmpty || change.Agent.Instance is not { } instance)
        {
            return false;
        }

        Save(change, instance.Conversations with { Forgetting = forgetting });
        return true;
    }

    /// <summary>The thread that its program may let go of: its line of work is over, and nothing of it goes on.</summary>
    public static AgentThread? ToClose(Agent agent) => agent.Instance is { Abilities.Closes: true, Login: null } instance
        ? agent.Threads.Find(thread => thread.OpenEpoch == instance.Epoch && agent.Find(thread.WorkSessionId) is { IsOver: true } && agent.InFlight(thread.WorkSessionId) is null)
        : null;

    private static bool IsTaken(Agent agent, AgentThread thread, string conversation) =>
        thread.ProgramThreadId == conversation && agent.Find(thread.WorkSessionId) is { IsOver: false };

    private static bool IsKept(ListedThread thread) =>
        thread.Thread.Length is > 0 and <= AgentThread.MaxProgramThreadIdLength && JsonTexts.IsKept(thread.Thread);

    private static ListedThread Fit(ListedThread thread) => thread with
    {
        Directory = thread.Directory?.Kept().Beginning(MaxTextLength),
        Title = thread.Title?.Kept().Beginning(MaxTextLength),
        UpdatedAt = thread.UpdatedAt?.Kept().Beginning(MaxTextLength),
    };

    private static void Save(AgentChange change, ProgramConversations conversations)
    {
        if (change.Agent.Instance is { } instance)
        {
            change.Become(change.Agent with { Instance = instance with { Conversations = conversations } });
        }
    }
}
